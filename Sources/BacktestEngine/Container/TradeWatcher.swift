/// Something that looks at a container's closed trades while it runs and may ask for another trace level.
///
/// A class because the runner and its owner both refer to it. It can change nothing but what is traced: the runner only
/// publishes a LIFECYCLE event for each change.
public protocol TradeWatcher: AnyObject {
    /// Takes the net profit of a trade that has just closed, in currency; returns how often the trace settings change now.
    func tradeClosed(net: Double) -> Int
}
