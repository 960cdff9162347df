public import BacktestModel
import Glibc

extension RunReader {
    /// The equity curve of a container, one point per bar; `nil` where the run did not store it.
    public func equity(_ containerID: String) throws(RunReadError) -> [(time: Timestamp, equity: Double)]? {
        let file = "\(path)/\(containerID)/\(ContainerWriter.equityName)"
        var buffer = ByteBuffer()
        guard try RunReader.read(file, into: &buffer) else { return nil }
        let points: [(time: Timestamp, equity: Double)]? = buffer.withBytes { bytes in
            var reader = CSVReader(bytes)
            guard reader.nextRow()?.count == 2, reader.endsWithLineFeed else { return nil }
            var points: [(time: Timestamp, equity: Double)] = []
            while let fields = reader.nextRow() {
                guard fields.count == 2, let time = Timestamp(printed: fields[0].text(in: bytes)),
                    let equity = fields[1].number(in: bytes)
                else { return nil }
                points.append((time, equity))
            }
            return points
        }
        guard let points else {
            throw RunReadError(
                .damaged,
                file,
                "damaged",
                remedy: "delete the container's folder and `admf resume`"
            )
        }
        return points
    }
}
