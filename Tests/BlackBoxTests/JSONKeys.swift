import Foundation

/// Looks for keys that an object has twice; parsers keep one of the two and say nothing.
enum JSONKeys {
    /// The repeated keys, in the order in which they stand.
    static func repeated(in data: Data) -> [String] {
        let bytes = [UInt8](data)
        var objects: [Set<String>] = []
        var repeated: [String] = []
        var index = 0
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                objects.append([])
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                objects.removeLast()
            case UInt8(ascii: "\""):
                let end = endOfText(bytes, from: index + 1)
                let text = String(decoding: bytes[(index + 1)..<end], as: UTF8.self)
                let isKey = end + 1 < bytes.count && bytes[end + 1] == UInt8(ascii: ":")
                if isKey, !objects[objects.count - 1].insert(text).inserted { repeated.append(text) }
                index = end
            default:
                break
            }
            index += 1
        }
        return repeated
    }

    private static func endOfText(_ bytes: [UInt8], from start: Int) -> Int {
        var end = start
        while bytes[end] != UInt8(ascii: "\"") {
            end += bytes[end] == UInt8(ascii: "\\") ? 2 : 1
        }
        return end
    }
}
