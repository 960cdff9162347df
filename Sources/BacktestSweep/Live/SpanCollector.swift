import BacktestHTTP
import BacktestTracing
import Synchronization

/// The collectors of a run's spans as all workers know them: whether each still answers, and what was lost.
///
/// A class because all workers refer to it. A collector that fails three times in a row is left alone for a while (circuit
/// breaker), so that one which is down costs a run a few refused connections and not one for every container.
final class SpanCollectors: Sendable {
    fileprivate struct Collector {
        var breaker = CircuitBreaker()
        var sent = 0
        var lost = 0
        var firstFailure: HTTPFailure?
    }

    private let state = Mutex<[String: Collector]>([:])

    /// Whether the collector may be asked now.
    func allows(_ endpoint: String) -> Bool {
        state.withLock { $0[endpoint, default: Collector()].breaker.allowsAttempt() }
    }

    /// Notes what became of spans; `isAttempt` says whether the collector was asked.
    func note(_ endpoint: String, spans: Int, _ failure: HTTPFailure?, isAttempt: Bool) {
        state.withLock { collectors in
            var collector = collectors[endpoint, default: Collector()]
            if failure == nil, isAttempt { collector.sent += spans } else { collector.lost += spans }
            if let failure, collector.firstFailure == nil { collector.firstFailure = failure }
            if isAttempt { collector.settle(isFine: failure == nil) }
            collectors[endpoint] = collector
        }
    }

    /// What was lost, a sentence a collector.
    var losses: [String] {
        state.withLock { collectors in
            collectors.keys.sorted().compactMap { endpoint in
                guard let collector = collectors[endpoint], collector.lost > 0 else { return nil }
                let reason = collector.firstFailure?.description ?? "it was left alone after failures"
                let all = collector.sent + collector.lost
                return "\(collector.lost) of \(all) spans did not reach \(endpoint): \(reason)"
            }
        }
    }
}

extension SpanCollectors.Collector {
    /// Tells the breaker; another worker may have opened it while this one waited for its answer.
    fileprivate mutating func settle(isFine: Bool) {
        if case .open = breaker.state { return }
        if isFine { breaker.succeeded() } else { breaker.failed() }
    }
}

/// Posts a worker's spans to a collector; nothing that happens here reaches a result.
///
/// A class because it owns the connection, which lasts from container to container.
final class SpanSender {
    private let collectors: SpanCollectors
    private let isStopping: () -> Bool
    private var session: (options: DistributedTracingOptions, session: HTTPSession)?

    init(_ collectors: SpanCollectors, isStopping: @escaping () -> Bool) {
        self.collectors = collectors
        self.isStopping = isStopping
    }

    /// Sends a document of so many spans, again where that may help.
    func send(_ bytes: UnsafeBufferPointer<UInt8>, spans: Int, _ options: DistributedTracingOptions) {
        guard let endpoint = options.endpoint else { return }
        guard collectors.allows(endpoint) else {
            return collectors.note(endpoint, spans: spans, nil, isAttempt: false)
        }
        let session = self.session(endpoint, options)
        var failure: HTTPFailure?
        for attempt in 0...options.retries {
            // 50, 100, 200 ms and so on; an interrupted run has two seconds for everything.
            if attempt > 0 { Clock.sleep(milliseconds: 25 << min(attempt, 5)) }
            do throws(HTTPFailure) {
                try session.post(bytes)
                failure = nil
            } catch {
                failure = error
            }
            guard let failure, failure.mayPass, !isStopping() else { break }
        }
        collectors.note(endpoint, spans: spans, failure, isAttempt: true)
    }

    private func session(_ endpoint: String, _ options: DistributedTracingOptions) -> HTTPSession {
        if let session, session.options == options { return session.session }
        let made = HTTPSession(
            address: endpoint,
            contentType: "application/json",
            timeoutMilliseconds: options.timeoutMilliseconds
        )
        session = (options, made)
        return made
    }
}
