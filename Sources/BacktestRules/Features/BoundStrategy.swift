/// A strategy variant on one symbol: the nodes of its graph whose values are its conditions.
public struct BoundStrategy: Sendable, Hashable {
    /// Index of the symbol on the tape.
    public var symbol: Int { Int(symbolIndex) }
    let symbolIndex: Int32
    /// Node of each action's condition, -1 for none.
    let enterLong: Int32
    let exitLong: Int32
    let enterShort: Int32
    let exitShort: Int32
    /// Node of the strength, -1 for none.
    let strength: Int32
    let trigger: SignalTrigger

    /// Calls `body` with each node.
    @inline(__always)
    func forEachRoot(_ body: (Int32) -> Void) {
        if enterLong >= 0 { body(enterLong) }
        if exitLong >= 0 { body(exitLong) }
        if enterShort >= 0 { body(enterShort) }
        if exitShort >= 0 { body(exitShort) }
        if strength >= 0 { body(strength) }
    }
}
