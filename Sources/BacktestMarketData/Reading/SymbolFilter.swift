/// Tells the rows of one symbol from others in a file that says which symbol each row belongs to.
///
/// A file of one symbol is read whole, whatever it calls it. As soon as a second one shows up the file is read again, and the
/// rows of the configured symbol alone count: a series is never made of two.
struct SymbolFilter {
    /// What a row is.
    enum Verdict {
        /// It belongs to the series.
        case own
        /// It belongs to another symbol.
        case other
        /// The rows so far and this one belong to different symbols, none of which is known to be the right one.
        case mixed
    }

    /// Other symbols listed in a message.
    private static let listed = 12
    /// Other symbols that are told apart; files with more of them say so.
    private static let counted = 10_000

    private let wanted: [UInt8]
    /// The column that the file has for symbols.
    private let column: String
    private let selects: Bool
    /// The one symbol of the file, as far as it has been read.
    private var single: [UInt8]?
    private var ownRows = 0
    private var others: [[UInt8]: Int] = [:]
    private var lastOther: [UInt8] = []
    private var lastCount = 0

    /// A filter for the symbol that the configuration names; `selects` where the file is known to have several.
    init(wanted: String, column: String, selects: Bool) {
        self.wanted = Array(wanted.utf8)
        self.column = column
        self.selects = selects
    }

    /// Whether all rows so far belong to a symbol of another name, which a row of the configured one would show to be none of ours.
    var mayTurnOut: Bool { !selects && single != wanted }

    /// Looks at the symbol of a row.
    @inline(__always)
    mutating func take(_ field: FieldText) -> Verdict {
        if SymbolFilter.equal(field, wanted) {
            if single == nil { single = wanted }
            if !selects, single != wanted { return .mixed }
            ownRows += 1
            return .own
        }
        return takeOther(field)
    }

    private mutating func takeOther(_ field: FieldText) -> Verdict {
        if !selects, single != wanted {
            guard let single else {
                self.single = Array(UnsafeBufferPointer(start: field.start, count: field.count))
                ownRows += 1
                return .own
            }
            guard SymbolFilter.equal(field, single) else { return .mixed }
            ownRows += 1
            return .own
        }
        if SymbolFilter.equal(field, lastOther) {
            lastCount += 1
        } else {
            keepLast()
            lastOther = Array(UnsafeBufferPointer(start: field.start, count: field.count))
            lastCount = 1
        }
        return .other
    }

    private mutating func keepLast() {
        if lastCount > 0, others.count < SymbolFilter.counted { others[lastOther, default: 0] += lastCount }
        lastCount = 0
    }

    private static func equal(_ field: FieldText, _ bytes: [UInt8]) -> Bool {
        field.count == bytes.count
            && bytes.elementsEqual(UnsafeBufferPointer(start: field.start, count: field.count))
    }

    /// The other symbols in alphabetical order, the first few of them.
    private mutating func names() -> String {
        keepLast()
        let names = others.keys.map { String(decoding: $0, as: UTF8.self) }.sorted()
        let shown = names.prefix(SymbolFilter.listed).map { "'\($0)'" }.joined(separator: ", ")
        return names.count > SymbolFilter.listed
            ? "\(shown) and \(names.count - SymbolFilter.listed) more" : shown
    }

    /// Why the file has no rows for the symbol; `nil` where it has some.
    mutating func refusal(file: String) -> DataProblem? {
        guard selects, ownRows == 0 else { return nil }
        return DataProblem(
            file: file,
            column: column,
            kind: .unknownSymbol,
            message:
                "the file holds several symbols, and none is '\(String(decoding: wanted, as: UTF8.self))': \(names())",
            remedy: "write the symbol in data.bars[].symbol as the file has it"
        )
    }

    /// What the user should know of the symbols of the file.
    mutating func notices(file: String) -> [DataProblem] {
        let symbol = String(decoding: wanted, as: UTF8.self)
        if let single, single != wanted {
            let name = String(decoding: single, as: UTF8.self)
            return [
                DataProblem(
                    file: file,
                    column: column,
                    kind: .otherSymbol,
                    message: "the rows are of '\(name)' and were read as '\(symbol)'",
                    remedy: "nothing is to be done if that is the same"
                )
            ]
        }
        keepLast()
        let rows = others.values.reduce(0, +)
        guard rows > 0 else { return [] }
        return [
            DataProblem(
                file: file,
                column: column,
                kind: .otherSymbol,
                message: "\(rows) row\(rows == 1 ? "" : "s") of other symbols left out: \(names())"
            )
        ]
    }
}
