import BacktestEvents
import BacktestModel
import BacktestTracing
import Testing

@Suite struct ExecutionQualityTests {
    private static let entry = EventFlags.entry

    private static let events: [Event] = [
        Event(type: .order, flags: entry, bar: 3, sequence: 1),
        Event(type: .fill, code: 0, flags: entry, bar: 4, sequence: 2, cause: 1, price: 101, value3: 100),
        Event(type: .order, bar: 6, sequence: 3),
        Event(type: .fill, code: 0, bar: 9, sequence: 4, cause: 3, price: 102, value3: 100),
        // A stop: its cause is the POSITION_OPEN, so no order waited.
        Event(type: .fill, code: 1, bar: 9, sequence: 5, cause: 2, price: 105, value3: 100),
        Event(type: .order, flags: entry | EventFlags.rejected, bar: 9, sequence: 6),
    ]

    private func quality(batch: Int, isWatching: Bool = true) -> ExecutionQuality {
        let observer = ExecutionQualityObserver()
        observer.begin(isWatching: isWatching)
        for start in stride(from: 0, to: Self.events.count, by: batch) {
            Self.events[start..<min(start + batch, Self.events.count)].withUnsafeBufferPointer {
                observer.observe(events: $0)
            }
        }
        return observer.quality
    }

    @Test(arguments: 1...6)
    func slippageIsPositiveWhereItIsWorse(batch: Int) {
        let quality = quality(batch: batch)
        #expect(quality.fills == 3)
        #expect(quality.orderFills == 2)
        // Bought a hundredth dearer, sold two dearer, bought back five dearer.
        #expect(quality.meanSlippage == (0.01 - 0.02 + 0.05) / 3)
        #expect(quality.worstSlippage == 0.05)
        #expect(quality.meanBarsToFill == 2)
        #expect(quality.mostBarsToFill == 3)
    }

    @Test func withoutFillsNothingIsKnown() {
        let observer = ExecutionQualityObserver()
        observer.begin(isWatching: true)
        #expect(observer.quality == ExecutionQuality())
        #expect(observer.quality.meanSlippage == nil)
    }

    @Test func itWatchesOnlyWhereAsked() {
        let observer = ExecutionQualityObserver()
        #expect(observer.interests.isEmpty)
        observer.begin(isWatching: true)
        #expect(observer.interests == EventTypeSet([.order, .fill]))
        observer.begin(isWatching: false)
        #expect(observer.interests.isEmpty)
        #expect(quality(batch: 2, isWatching: false) == ExecutionQuality())
    }
}
