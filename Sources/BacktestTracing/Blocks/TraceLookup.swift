/// Looks events up in files of JSON lines with the help of their block index.
public struct TraceLookup: Sendable {
    private let folder: String
    private let index: TraceBlockIndex

    /// Takes the block index of a folder's files.
    public init(folder: String, index: TraceBlockIndex) {
        self.folder = folder
        self.index = index
    }

    /// The events that a filter lets pass, in the order written; `nil` where the index does not fit the files.
    public func events(matching filter: TraceFilter) -> [TracedEvent]? {
        let decoder = TraceDecoder()
        var events: [TracedEvent] = []
        let wanted = index.blocks.filter { $0.mayHold(filter) }
        do throws(TraceBlockReader.Stale) {
            for file in index.files.indices {
                let blocks = wanted.filter { $0.file == file }
                guard !blocks.isEmpty else { continue }
                let entry = index.files[file]
                var reader = try TraceBlockReader(
                    "\(folder)/\(entry.name)",
                    byteCount: entry.byteCount,
                    decoder
                )
                for block in blocks { try reader.read(block, matching: filter) { events.append($0) } }
            }
        } catch {
            return nil
        }
        return events
    }
}
