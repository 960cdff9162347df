import BacktestEvents

/// An event on its way from a worker to the thread that writes, with its clock readings or zeros.
struct QueuedEvent: Sendable {
    var event: Event
    var stamps: EventStamps
}
