import BacktestModel
import Glibc

/// Reader of compiled time zone files (TZif versions 2 to 4, RFC 9636).
enum ZoneFile {
    /// The bytes of a zone's file, `nil` where there is none or the name leaves the database's folder.
    static func bytes(ofZone name: String) -> [UInt8]? {
        let allowed = name.utf8.allSatisfy {
            isLetterOrDigit($0) || "/_+-.".utf8.contains($0)
        }
        guard allowed, !name.isEmpty, !name.hasPrefix("/"), !name.hasSuffix("/") else { return nil }
        guard !name.split(separator: "/").contains(where: { $0.hasPrefix(".") }) else { return nil }
        let folder = getenv("TZDIR").map { String(cString: $0) } ?? "/usr/share/zoneinfo"
        return contents(ofFile: folder + "/" + name)
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        let lower = byte | 0x20
        return byte &- 48 < 10 || (lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z"))
    }

    private static func contents(ofFile path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        // The largest file of the database has 4 KiB.
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        var count = 0
        while count < bytes.count {
            let step = bytes.withUnsafeMutableBytes { buffer in
                read(descriptor, buffer.baseAddress.map { $0 + count }, buffer.count - count)
            }
            if step < 0 && errno == EINTR { continue }
            guard step >= 0 else { return nil }
            if step == 0 { break }
            count += step
        }
        return Array(bytes[..<count])
    }

    /// The rules in a file, `nil` where it is no TZif file of version 2 or later, is damaged, or counts leap seconds.
    static func parse(_ bytes: [UInt8], name: String) -> TimeZoneRules? {
        guard let old = Header(bytes, at: 0), old.version >= UInt8(ascii: "2") else { return nil }
        let second = Header.byteCount + old.bodyByteCount(timeByteCount: 4)
        guard let header = Header(bytes, at: second) else { return nil }
        let body = second + Header.byteCount
        let footer = body + header.bodyByteCount(timeByteCount: 8)
        guard footer <= bytes.count, header.typeCount > 0, header.leapCount == 0 else { return nil }
        let typeIndices = body + header.timeCount * 8
        let types = typeIndices + header.timeCount
        var transitions: [Int64] = []
        var offsets: [Int32] = [Int32(truncatingIfNeeded: bigEndian(bytes, at: types, count: 4))]
        for index in 0..<header.timeCount {
            let type = Int(bytes[typeIndices + index])
            guard type < header.typeCount else { return nil }
            let time = bigEndian(bytes, at: body + index * 8, count: 8)
            if let last = transitions.last, time <= last { return nil }
            transitions.append(time)
            offsets.append(Int32(truncatingIfNeeded: bigEndian(bytes, at: types + type * 6, count: 4)))
        }
        guard offsets.allSatisfy({ abs($0) < 93_600 }) else { return nil }
        guard bytes.count > footer, bytes[footer] == UInt8(ascii: "\n") else { return nil }
        let text = bytes[(footer + 1)...].prefix { $0 != UInt8(ascii: "\n") }
        if !text.isEmpty {
            guard let rule = ZoneFooter(Array(text)) else { return nil }
            rule.extend(&transitions, &offsets)
        }
        return merged(name: name, transitions, offsets)
    }

    /// Drops transitions that change the abbreviation or the daylight flag but not the offset.
    private static func merged(name: String, _ transitions: [Int64], _ offsets: [Int32]) -> TimeZoneRules {
        var times: [Int64] = []
        var kept: [Int32] = [offsets[0]]
        for (time, offset) in zip(transitions, offsets.dropFirst()) where offset != kept[kept.count - 1] {
            times.append(time)
            kept.append(offset)
        }
        return TimeZoneRules(name: name, transitions: times, offsets: kept)
    }

    private static func bigEndian(_ bytes: [UInt8], at start: Int, count: Int) -> Int64 {
        var value: UInt64 = 0
        for index in start..<(start + count) { value = value << 8 | UInt64(bytes[index]) }
        return count == 4
            ? Int64(Int32(truncatingIfNeeded: Int64(bitPattern: value))) : Int64(bitPattern: value)
    }

    private struct Header {
        static let byteCount = 44
        var version: UInt8
        var leapCount: Int
        var timeCount: Int
        var typeCount: Int
        var characterCount: Int
        var standardCount: Int
        var universalCount: Int

        init?(_ bytes: [UInt8], at start: Int) {
            guard start + Header.byteCount <= bytes.count else { return nil }
            guard Array(bytes[start..<(start + 4)]) == Array("TZif".utf8) else { return nil }
            version = bytes[start + 4]
            func count(_ index: Int) -> Int {
                Int(bigEndian(bytes, at: start + 20 + index * 4, count: 4) & 0xFFFF_FFFF)
            }
            universalCount = count(0)
            standardCount = count(1)
            leapCount = count(2)
            timeCount = count(3)
            typeCount = count(4)
            characterCount = count(5)
        }

        func bodyByteCount(timeByteCount: Int) -> Int {
            timeCount * (timeByteCount + 1) + typeCount * 6 + characterCount
                + leapCount * (timeByteCount + 4) + standardCount + universalCount
        }
    }
}
