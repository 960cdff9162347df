import BacktestModel
import BacktestReports
import BacktestResults
import Testing

@testable import BacktestReports

private let sample: Table = {
    var table = Table(columns: [
        Table.Column("container_id"), Table.Column("share", .percent), Table.Column("money", .currency),
        Table.Column("count", .integer), Table.Column("flag"), Table.Column("note"),
    ])
    table.append([
        .text("a_0001"), .number(0.123_456), .number(-1_234.5), .number(12_345), .boolean(true),
        .text("plain"),
    ])
    table.append([
        .text("日本_0002"), .null, .number(1.0 / 3), .number(0), .boolean(false), .text("a,\"b\"|c\nd"),
    ])
    return table
}()

@Suite struct TableTests {
    @Test(arguments: OutputFormat.allCases)
    func formats(format: OutputFormat) {
        let names = [
            OutputFormat.table: "table.txt", .json: "table.json", .csv: "table.csv", .markdown: "table.md",
        ]
        expectGolden(Array(sample.render(format).utf8), names[format] ?? "")
    }

    @Test func jsonKeepsRawNumbers() throws {
        let value = try JSONValue.parse(Array(sample.render(.json).utf8))
        #expect(value.elements.count == 2)
        #expect(value.elements[1]["money"] == .number(1.0 / 3))
        #expect(value.elements[1]["share"] == .null)
        #expect(value.elements[0]["flag"] == .boolean(true))
    }

    @Test func emptyTable() {
        let table = Table(columns: [Table.Column("a"), Table.Column("b", .integer)])
        #expect(table.render(.table) == "a  b\n")
        #expect(table.render(.json) == "[]\n")
        #expect(table.render(.csv) == "a,b\n")
        #expect(table.render(.markdown) == "| a | b |\n| --- | ---: |\n")
    }

    @Test(arguments: 1...80)
    func neverWiderThanTheTerminal(width: Int) {
        let lines = sample.render(.table, style: TextStyle(width: width)).split(separator: "\n")
        #expect(lines.allSatisfy { String($0).displayWidth <= width })
        #expect(lines.count >= 3)
    }

    @Test func leftOutColumnsAreCounted() {
        let text = sample.render(.table, style: TextStyle(width: 30))
        #expect(text.contains("more column"))
        #expect(!text.contains("note"))
        #expect(!sample.render(.table, style: TextStyle(width: 80)).contains("more column"))
    }

    @Test func headerIsMarkedWithColours() {
        let text = sample.render(.table, style: TextStyle(width: 100, hasColors: true))
        #expect(text.hasPrefix("\u{1B}[1mcontainer_id"))
        #expect(!sample.render(.csv, style: TextStyle(hasColors: true)).contains("\u{1B}"))
    }
}
