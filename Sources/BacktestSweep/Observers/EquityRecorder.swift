import BacktestEvents

/// Keeps the equity of every bar of a container, for equity.csv.
///
/// A class because the bus and the worker that reuses it both refer to it.
final class EquityRecorder: EventObserver {
    let interests: EventTypeSet = []
    let wantsMarks = true
    private(set) var equity: [Double] = []

    /// Starts a container.
    func begin(bars: Int) {
        equity.removeAll(keepingCapacity: true)
        equity.reserveCapacity(bars)
    }

    func observe(events: UnsafeBufferPointer<Event>) {}

    func observe(marks: MarkSpan) {
        if let values = marks.exposed {
            equity.append(contentsOf: UnsafeBufferPointer(start: values, count: marks.count))
        } else {
            equity.append(contentsOf: repeatElement(marks.flatEquity, count: marks.count))
        }
    }
}
