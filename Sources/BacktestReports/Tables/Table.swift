public import BacktestModel
public import BacktestResults

/// Rows of values with named columns: the one form from which text, JSON, CSV and Markdown are made.
public struct Table: Sendable, Equatable {
    /// What a column holds, and so how people read it.
    public enum Kind: Sendable, Hashable {
        case text
        case number(NumberFormat)

        /// A share or return.
        public static let percent = Kind.number(.percent)
        /// A count.
        public static let integer = Kind.number(.integer)
        /// Money.
        public static let currency = Kind.number(.decimals(2))
        /// Any number.
        public static let general = Kind.number(.general)
    }

    /// One column.
    public struct Column: Sendable, Equatable {
        /// The name, as JSON and CSV have it.
        public var name: String
        /// What it holds.
        public var kind: Kind

        /// Makes a column.
        public init(_ name: String, _ kind: Kind = .text) {
            self.name = name
            self.kind = kind
        }
    }

    /// The columns from left to right.
    public var columns: [Column]
    /// The rows, each with a value per column; null is shown as `-`, and is empty in CSV.
    public private(set) var rows: [[Scalar]] = []

    /// Makes a table without rows.
    public init(columns: [Column]) { self.columns = columns }

    /// Adds a row with a value per column.
    public mutating func append(_ row: [Scalar]) {
        precondition(row.count == columns.count, "a row has a value per column")
        rows.append(row)
    }

    /// The table in a format; text and Markdown for people, JSON and CSV with raw numbers.
    ///
    /// Ends in a line feed.
    public func render(_ format: OutputFormat, style: TextStyle = .plain) -> String {
        switch format {
        case .table: text(style)
        case .json: Table.text(of: json)
        case .csv: csv
        case .markdown: markdown
        }
    }

    /// An array with an object per row.
    public var json: JSONValue {
        .array(
            rows.map { row in
                .object(zip(columns, row).map { Named($0.name, JSONValue($1)) })
            }
        )
    }

    /// A JSON document as text that ends in a line feed.
    public static func text(of value: JSONValue) -> String {
        var writer = JSONWriter()
        writer.value(value)
        writer.out.append(byte: 0x0A)
        return writer.out.text
    }

    /// How a value is shown to people.
    func shown(_ value: Scalar, _ kind: Kind) -> String {
        switch (value, kind) {
        case (.null, _): "-"
        case (.boolean(let flag), _): flag ? "yes" : "no"
        case (.number(let number), .number(let format)): format.text(number)
        case (.number(let number), .text): NumberFormat.general.text(number)
        case (.text(let text), _): text.onOneLine
        }
    }

    private var csv: String {
        var buffer = ByteBuffer()
        for (index, column) in columns.enumerated() {
            if index > 0 { buffer.append(byte: UInt8(ascii: ",")) }
            buffer.appendCSV(column.name)
        }
        buffer.append(byte: 0x0A)
        return buffer.text + rowsAsCSV
    }

    /// The rows without the heading, for a table that is written in pieces.
    var rowsAsCSV: String {
        var buffer = ByteBuffer()
        for row in rows {
            for (index, value) in row.enumerated() {
                if index > 0 { buffer.append(byte: UInt8(ascii: ",")) }
                buffer.appendCSV(value)
            }
            buffer.append(byte: 0x0A)
        }
        return buffer.text
    }

    private var markdown: String {
        func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |\n" }
        var text = line(columns.map { $0.name.escapedForMarkdown })
        text += line(columns.map { $0.kind == .text ? "---" : "---:" })
        for row in rows {
            text += line(zip(row, columns).map { shown($0, $1.kind).escapedForMarkdown })
        }
        return text
    }
}

extension JSONValue {
    /// A plain value as JSON.
    init(_ value: Scalar) {
        switch value {
        case .null: self = .null
        case .boolean(let flag): self = .boolean(flag)
        case .number(let number): self = number.isFinite ? .number(number) : .null
        case .text(let text): self = .text(text)
        }
    }
}

extension String {
    /// A bar would end the cell, and a backslash would hide what follows.
    fileprivate var escapedForMarkdown: String {
        String(flatMap { $0 == "|" || $0 == "\\" ? ["\\", $0] : [$0] })
    }
}
