/// A file of the results tree that is written piece by piece, and whole or absent all the same.
///
/// A class because it owns the open file, which is removed where it is never published, and several owners may refer to it.
public final class StreamedFile {
    private var file: NewFile?

    /// Begins a file in a container's folder, which is made where it is missing, or in the run's own.
    public init(in run: RunDirectory, container: String?, name: String) throws(StorageError) {
        if let container { try run.folder.makeFolder(container) }
        file = try NewFile(in: run.folder, folder: container, name: name)
    }

    /// Adds bytes; nothing may be added after `publish`.
    public func write(_ bytes: UnsafeBufferPointer<UInt8>) throws(StorageError) {
        guard file != nil else { preconditionFailure("a published file is finished") }
        try file?.write(bytes)
    }

    /// Adds what is in a buffer and empties it.
    public func write(emptying buffer: inout ByteBuffer) throws(StorageError) {
        try buffer.withBytes { (bytes) throws(StorageError) in try write(bytes) }
        buffer.removeAll()
    }

    /// Gives the file its name.
    public func publish() throws(StorageError) {
        guard let open = file.take() else { preconditionFailure("a file is published once") }
        try open.publish()
    }
}

extension RunDirectory {
    /// Removes a file of a container or of the run; one that is not there will do.
    public func remove(_ name: String, container: String? = nil) throws(StorageError) {
        try folder.remove(container.map { "\($0)/\(name)" } ?? name)
    }

    /// The bytes of a file of a container, `nil` where there is none.
    public func bytes(of name: String, container: String) throws(StorageError) -> ByteBuffer? {
        var buffer = ByteBuffer()
        return try folder.read("\(container)/\(name)", into: &buffer) ? buffer : nil
    }
}
