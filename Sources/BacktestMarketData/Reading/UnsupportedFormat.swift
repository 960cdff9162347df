/// Kinds of files that people hand over instead of CSV, told by their first bytes.
enum UnsupportedFormat: CaseIterable {
    case archive
    case xz
    case bzip2
    case utf16LittleEndian
    case utf16BigEndian

    var magic: [UInt8] {
        switch self {
        case .archive: [0x50, 0x4B, 0x03, 0x04]
        case .xz: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]
        case .bzip2: Array("BZh".utf8)
        case .utf16LittleEndian: [0xFF, 0xFE]
        case .utf16BigEndian: [0xFE, 0xFF]
        }
    }

    func problem(file: String) -> DataProblem {
        let (name, remedy) =
            switch self {
            case .archive: ("a zip archive", "unpack it, or pack the CSV with gzip or zstd")
            case .xz: ("an xz file", "unpack it, or pack the CSV with gzip or zstd")
            case .bzip2: ("a bzip2 file", "unpack it, or pack the CSV with gzip or zstd")
            case .utf16LittleEndian, .utf16BigEndian: ("UTF-16 text", "save it as UTF-8")
            }
        return DataProblem(
            file: file,
            kind: .unsupportedFormat,
            message: "the file is \(name), not CSV",
            remedy: remedy
        )
    }
}
