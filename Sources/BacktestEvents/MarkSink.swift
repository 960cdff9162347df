/// The way of marks straight into a kernel: three functions and the memory that they work on.
///
/// The memory must live as long as the observer that gave the sink is attached.
public struct MarkSink {
    /// Takes bars on which something was held: memory, first bar, equity, number of bars.
    public typealias Exposed =
        @convention(c) (UnsafeMutableRawPointer?, Int64, UnsafePointer<Double>?, Int64) -> Void
    /// Takes bars on which one position was held: memory, first bar, prices, number of bars, cash, quantity.
    public typealias Position =
        @convention(c) (UnsafeMutableRawPointer?, Int64, UnsafePointer<Double>?, Int64, Double, Double) ->
        Void
    /// Takes bars on which nothing was held: memory, first bar, number of bars, equity.
    public typealias Flat = @convention(c) (UnsafeMutableRawPointer?, Int64, Int64, Double) -> Void

    private let memory: UnsafeMutableRawPointer
    private let exposed: Exposed
    private let position: Position
    private let flat: Flat

    /// Makes a sink.
    public init(
        memory: UnsafeMutableRawPointer,
        exposed: @escaping Exposed,
        position: @escaping Position,
        flat: @escaping Flat
    ) {
        self.memory = memory
        self.exposed = exposed
        self.position = position
        self.flat = flat
    }

    /// Takes a span of marks.
    @inline(__always)
    func take(_ marks: MarkSpan) {
        if let equity = marks.exposed {
            exposed(memory, Int64(marks.first), equity, Int64(marks.count))
        } else {
            flat(memory, Int64(marks.first), Int64(marks.count), marks.flatEquity)
        }
    }

    /// Takes a span whose equity is that of one position.
    @inline(__always)
    func take(_ marks: PositionSpan) {
        position(memory, Int64(marks.first), marks.prices, Int64(marks.count), marks.base, marks.quantity)
    }
}
