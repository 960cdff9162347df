import BacktestEvents
import Testing

/// The bus of one container: numbers, batches, and observers that fail.
@Suite struct BusTests {
    private struct Trouble: Error {}

    private final class Recorder: EventObserver {
        let interests: EventTypeSet
        let fails: Bool
        var sequences: [UInt32] = []
        var batches = 0
        init(_ interests: EventTypeSet, fails: Bool = false) {
            self.interests = interests
            self.fails = fails
        }
        func observe(events: UnsafeBufferPointer<Event>) throws {
            batches += 1
            sequences += events.map(\.sequence)
            if fails { throw Trouble() }
        }
    }

    private static func publish(_ count: Int, on bus: inout EventBus) {
        for index in 0..<count {
            bus.reserve(1)
            let sequence = bus.number(index % 2 == 0 ? .fill : .order)
            guard bus.wants(index % 2 == 0 ? .fill : .order) else { continue }
            bus.append(Event(type: index % 2 == 0 ? .fill : .order, bar: 0, sequence: sequence))
        }
        bus.flush()
    }

    @Test func `events are numbered without gaps and counted, wanted or not`() {
        var bus = EventBus()
        let fills = Recorder(EventTypeSet(.fill))
        bus.attach(fills, name: "fills")
        Self.publish(1_501, on: &bus)
        let counts = (fills: bus.count(of: .fill), orders: bus.count(of: .order), next: bus.nextSequence)
        #expect(counts.fills == 751)
        #expect(counts.orders == 750)
        #expect(counts.next == 1_501)
        #expect(fills.sequences == stride(from: 0, to: 1_501, by: 2).map(UInt32.init))
        #expect(fills.batches == 2)
        bus.reset()
        let (sequence, count) = (bus.nextSequence, bus.count(of: .fill))
        #expect(sequence == 0 && count == 0)
    }

    @Test func `an observer that throws is detached past the limit and changes nothing for the others`() {
        var bus = EventBus()
        let good = Recorder(.all)
        let bad = Recorder(.all, fails: true)
        bus.attach(bad, name: "bad")
        bus.attach(good, name: "good")
        for _ in 0..<6 { Self.publish(10, on: &bus) }
        #expect(good.sequences == (0..<60).map(UInt32.init))
        #expect(bad.batches == EventBus.failureLimit)
        let failures = bus.takeFailures()
        #expect(failures.map(\.name) == ["bad"])
        #expect(failures.map(\.failures) == [EventBus.failureLimit])
        #expect(failures.map(\.detachments) == [1])
        #expect(failures[0].firstError == "Trouble()")
        let later = bus.observerFailures
        #expect(later.isEmpty, "reported once")
        // The next container begins anew: what it leaves does not depend on the one before.
        bus.reset()
        Self.publish(10, on: &bus)
        #expect(bad.batches == EventBus.failureLimit + 1)
    }

    @Test func `observers come and go while the stream runs`() {
        var bus = EventBus()
        let wantedBefore = bus.wants(.fill)
        #expect(!wantedBefore)
        let late = Recorder(EventTypeSet(.fill))
        Self.publish(4, on: &bus)
        bus.attach(late, name: "late")
        Self.publish(4, on: &bus)
        bus.detach(late)
        Self.publish(4, on: &bus)
        #expect(late.sequences == [4, 6])
    }

    @Test func `a signal's trade is known once its order is decided`() {
        var bus = EventBus()
        bus.attach(Recorder(.all), name: "all")
        let signal = bus.number(.signal)
        bus.append(Event(type: .signal, bar: 3, sequence: signal))
        bus.append(Event(type: .order, bar: 3, sequence: bus.number(.order)))
        bus.correlate(sequence: signal, with: 9)
        let check = Correlations()
        bus.attach(check, name: "check")
        bus.append(Event(type: .fill, bar: 4, sequence: bus.number(.fill)))
        bus.correlate(sequence: 2, with: 7)
        bus.flush()
        #expect(check.seen == [7])
    }

    private final class Correlations: EventObserver {
        let interests = EventTypeSet.all
        var seen: [UInt32] = []
        func observe(events: UnsafeBufferPointer<Event>) { seen += events.map(\.correlation) }
    }
}
