import BacktestEngine
import BacktestEvents
import BacktestMetrics
import BacktestResults
import Testing

@testable import BacktestSweep

/// Observers that throw: counted, reported once, past a limit detached, and never a reason for another result.
@Suite struct FaultInjectionTests {
    struct Fault: Error {}

    /// An observer that throws on some of the calls that it gets, before or after its inner one has had them.
    final class Faulty: EventObserver {
        let inner: any EventObserver
        let fails: (Int) -> Bool
        let isLate: Bool
        private(set) var calls = 0
        private(set) var throwsCount = 0

        init(_ inner: any EventObserver, isLate: Bool, fails: @escaping (Int) -> Bool) {
            self.inner = inner
            self.isLate = isLate
            self.fails = fails
        }

        var interests: EventTypeSet { inner.interests }
        var wantsMarks: Bool { true }

        private func pass(_ body: () throws -> Void) throws {
            calls += 1
            let isFault = fails(calls)
            if isFault { throwsCount += 1 }
            if isFault, !isLate { throw Fault() }
            try body()
            if isFault { throw Fault() }
        }

        func observe(events: UnsafeBufferPointer<Event>) throws {
            try pass { try inner.observe(events: events) }
        }

        func observe(marks: MarkSpan) throws {
            try pass { if inner.wantsMarks { try inner.observe(marks: marks) } }
        }
    }

    private static func run(
        _ stage: Stage,
        _ cast: Cast,
        beside faulty: Faulty?,
        name: String = "faulty"
    ) throws
        -> (outcome: ContainerOutcome, failures: [ObserverFailure])
    {
        var runner = ContainerRunner()
        // First, so that whatever it does comes before the others.
        if let faulty { runner.bus.attach(faulty, name: name) }
        for (name, observer) in cast.members { runner.bus.attach(observer, name: name) }
        let outcome = try runner.run(stage.input)
        return (outcome, runner.bus.takeFailures())
    }

    @Test(arguments: Cast.names, [false, true])
    func `whichever observer throws, and whenever, nothing else changes`(name: String, isLate: Bool) throws {
        let stage = try Stage()
        let reference = try Cast(stage)
        let (whole, none) = try Self.run(stage, reference, beside: nil)
        #expect(none.isEmpty)
        let expected = try reference.findings()
        #expect(expected.allSatisfy { !$0.isEmpty })
        let faults: [(Int) -> Bool] = [{ $0 == 1 }, { $0 == 4 }, { $0 % 5 == 0 }, { _ in true }]
        for fault in faults {
            let cast = try Cast(stage)
            let other = try Cast(stage)
            let inner = try #require(other.members.first { $0.name == name }?.observer)
            let faulty = Faulty(inner, isLate: isLate, fails: fault)
            let (outcome, failures) = try Self.run(stage, cast, beside: faulty)
            #expect(outcome == whole)
            #expect(try cast.findings() == expected)
            let failure = try #require(failures.first)
            #expect(failures.count == 1 && failure.name == "faulty")
            #expect(failure.failures == faulty.throwsCount)
            #expect(faulty.throwsCount <= EventBus.failureLimit)
            #expect(failure.detachments == (faulty.throwsCount == EventBus.failureLimit ? 1 : 0))
            #expect(failure.firstError == "Fault()")
        }
    }

    /// The stream of the stage's container.
    private static func stream(_ stage: Stage) throws -> [Event] {
        final class Recorder: EventObserver {
            let interests = EventTypeSet.all
            var events: [Event] = []
            func observe(events: UnsafeBufferPointer<Event>) { self.events += events }
        }
        var runner = ContainerRunner()
        let recorder = Recorder()
        runner.bus.attach(recorder, name: "recorder")
        _ = try runner.run(stage.input)
        return recorder.events
    }

    @Test(arguments: Cast.names)
    func `it may be attached and detached while the stream runs`(name: String) throws {
        let stage = try Stage()
        let events = try Self.stream(stage)
        #expect(events.count > 5_000)
        func play(_ change: ((Int, inout EventBus) -> Void)?) throws -> [String] {
            let cast = try Cast(stage)
            var bus = EventBus()
            for (name, observer) in cast.members { bus.attach(observer, name: name) }
            for (place, event) in events.enumerated() {
                bus.reserve(1)
                if bus.wants(event.type) { bus.append(event) }
                change?(place, &bus)
            }
            bus.flush()
            let failures = bus.takeFailures()
            #expect(failures.isEmpty)
            return try cast.findings()
        }
        let expected = try play(nil)
        let late = try Cast(stage)
        let observer = try #require(late.members.first { $0.name == name }?.observer)
        // In the middle of trades: what opened them has not been seen.
        let found = try play { place, bus in
            if place == events.count / 3 { bus.attach(observer, name: "late") }
            if place == events.count / 2 { bus.detach(observer) }
            if place == events.count * 2 / 3 { bus.attach(observer, name: "later") }
        }
        #expect(found == expected)
    }

    @Test func `a failure is one sentence for the manifest`() {
        var failures: [ObserverFailure] = []
        for index in 0..<3 {
            ObserverFailure(name: "x", failures: 1, detachments: index / 2, firstError: "no \(index)").merge(
                into: &failures
            )
        }
        #expect(
            failures.map(\.description) == [
                "the observer 'x' failed 3 times and was detached in 1 container: no 0"
            ]
        )
        let once = ObserverFailure(name: "y", failures: 1, detachments: 0, firstError: "no")
        #expect(once.description == "the observer 'y' failed once: no")
    }
}
