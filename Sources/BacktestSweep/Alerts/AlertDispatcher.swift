import BacktestResults
import BacktestTracing
import Synchronization

/// Tells people and programs of alerts while a run goes on: lines on standard error, commands; at most so many a minute.
///
/// A class because all workers refer to it. What it says depends on the clock and on who comes first, so nothing of it is
/// a result: alerts.jsonl is written by the containers.
final class AlertDispatcher: Sendable {
    /// What one alert has done so far.
    fileprivate struct Account {
        var minute: Int64 = .min
        var lines = 0
        var commands = 0
        /// Lines and commands that were held back.
        var heldBack = 0
        var failures = 0
        var firstFailure: String?
    }

    fileprivate struct State {
        /// In the order in which alerts first spoke; few.
        var accounts: [(name: String, account: Account)] = []
        var commands = RunningCommands()
    }

    private static let minute: Int64 = 60_000_000_000

    /// Says a line, `nil` for nobody: then no command is run either.
    private let say: (@Sendable (String) -> Void)?
    private let now: @Sendable () -> Int64
    private let state = Mutex(State())

    init(say: (@Sendable (String) -> Void)?, now: @escaping @Sendable () -> Int64) {
        self.say = say
        self.now = now
    }

    /// Tells of one alert.
    ///
    /// - Parameters:
    ///   - alert: The rule.
    ///   - line: What standard error shows.
    ///   - values: What stands for `{...}` in the command's arguments.
    func dispatch(_ alert: TraceAlert, line: String, values: [Named<String>]) {
        guard let say else { return }
        let time = now()
        let isSaid = state.withLock { state in
            state.reap(now: time)
            let place = state.account(alert.name)
            if time - (time % AlertDispatcher.minute) != state.accounts[place].account.minute {
                state.accounts[place].account.minute = time - (time % AlertDispatcher.minute)
                state.accounts[place].account.lines = 0
                state.accounts[place].account.commands = 0
            }
            state.start(alert, place, values, now: time)
            guard alert.channels.contains(.stderr) else { return false }
            guard state.accounts[place].account.lines < alert.perMinute else {
                state.accounts[place].account.heldBack += 1
                return false
            }
            state.accounts[place].account.lines += 1
            return true
        }
        if isSaid { say(line) }
    }

    /// Waits for the commands that still run, as long as each may take, and says what there is to say of all alerts.
    ///
    /// - Parameter isInterrupted: Whether the run is to end at once: commands are ended after a tenth of a second.
    /// - Returns: What was held back and what failed, a sentence each; empty where all went well.
    func finish(isInterrupted: Bool) -> [String] {
        let begin = now()
        while state.withLock({ state in
            let isOver = isInterrupted && now() - begin > 100_000_000
            state.reap(now: isOver ? .max : now())
            return !state.commands.isEmpty
        }) {
            RunningCommands.pause()
        }
        return state.withLock { state in
            state.accounts.flatMap { name, account in
                var sentences: [String] = []
                if account.heldBack > 0 {
                    sentences.append(
                        "the alert '\(name)' held back \(account.heldBack) lines and commands over its per_minute"
                    )
                }
                if account.failures > 0 {
                    let reason = account.firstFailure ?? "unknown"
                    sentences.append(
                        "the command of the alert '\(name)' failed \(account.failures) times: \(reason)"
                    )
                }
                return sentences
            }.sorted()
        }
    }
}

extension AlertDispatcher.State {
    /// The place of an alert's account, made where it has none.
    fileprivate mutating func account(_ name: String) -> Int {
        if let place = accounts.firstIndex(where: { $0.name == name }) { return place }
        accounts.append((name, AlertDispatcher.Account()))
        return accounts.count - 1
    }

    fileprivate mutating func start(
        _ alert: TraceAlert,
        _ place: Int,
        _ values: [Named<String>],
        now: Int64
    ) {
        guard !alert.command.isEmpty else { return }
        guard accounts[place].account.commands < alert.perMinute, commands.hasRoom else {
            accounts[place].account.heldBack += 1
            return
        }
        accounts[place].account.commands += 1
        let words = alert.command.map { word in
            values.reduce(word) { $0.replacing("{\($1.name)}", with: $1.value) }
        }
        let deadline = now + Int64(alert.timeoutMilliseconds) * 1_000_000
        if let failure = commands.start(words, owner: place, deadline: deadline) { fail(place, failure) }
    }

    /// Takes leave of the commands that have ended, and ends those that took too long.
    fileprivate mutating func reap(now: Int64) {
        for (owner, failure) in commands.reap(now: now) { fail(owner, failure) }
    }

    private mutating func fail(_ place: Int, _ reason: String) {
        accounts[place].account.failures += 1
        if accounts[place].account.firstFailure == nil { accounts[place].account.firstFailure = reason }
    }
}
