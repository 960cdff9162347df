import BacktestMetrics
import BacktestModel
import BacktestResults
import Foundation
import Testing

@Suite struct MetricsDocumentTests {
    @Test func completedContainer() { expectGolden(Sample.bytes(Sample.record), "metrics.json") }

    @Test func failedContainer() throws {
        expectGolden(Sample.bytes(Sample.failed), "metrics-failed.json")
        let document = try JSONValue.parse(Sample.bytes(Sample.failed))
        #expect(document["error"]?.text == Sample.failed.error)
        #expect(document["metrics"]?.rows.allSatisfy { $0.value == .null } == true)
    }

    @Test func keysStandInTheOrderOfTheContract() throws {
        let document = try JSONValue.parse(Sample.bytes(Sample.record))
        #expect(
            document.rows.map(\.name) == [
                "schema_version", "container_id", "portfolio_id", "run_id", "status", "halted", "parameters",
                "strategies",
                "symbols", "period", "metrics", "by_strategy", "by_symbol", "events", "memory",
            ]
        )
        #expect(document["metrics"]?.rows.map(\.name) == MetricName.names)
    }

    @Test func recordReadsBackAndWritesTheSameBytes() throws {
        var halted = Sample.record
        halted.halted = ContainerRecord.Halt(reason: "insolvency", time: Timestamp(nanoseconds: 1))
        for record in [Sample.record, Sample.failed, halted] {
            let bytes = Sample.bytes(record)
            let back = try MetricsDocument.read(bytes)
            #expect(back == record)
            #expect(Sample.bytes(back) == bytes)
        }
    }

    @Test func randomRecordsReadBack() throws {
        var generator = SplitMix(state: 3)
        for _ in 0..<500 {
            let record = randomRecord(&generator)
            let bytes = Sample.bytes(record)
            let back = try MetricsDocument.read(bytes)
            #expect(back == record)
            #expect(Sample.bytes(back) == bytes)
        }
    }

    /// A file cut short anywhere is damaged, never half a record and never a trap.
    @Test func everyTruncationIsRefused() {
        let bytes = Sample.bytes(Sample.record)
        // The last byte is the line feed behind the document.
        for count in 0..<(bytes.count - 1) {
            #expect(throws: DocumentError.self, "cut after \(count) bytes") {
                try MetricsDocument.read(Array(bytes[..<count]))
            }
        }
    }

    /// One wrong byte anywhere is read or refused, never trapped on; whatever reads writes itself again.
    @Test func everyGarbledByteIsSurvived() throws {
        let bytes = Sample.bytes(Sample.record)
        var refused = 0
        for index in bytes.indices {
            for wrong in [0, 0x22, 0x2C, 0x7D, 0x39, 0xFF] as [UInt8] where bytes[index] != wrong {
                var garbled = bytes
                garbled[index] = wrong
                guard let record = try? MetricsDocument.read(garbled) else {
                    refused += 1
                    continue
                }
                #expect(try MetricsDocument.read(Sample.bytes(record)) == record)
            }
        }
        #expect(refused > bytes.count)
    }

    @Test func unknownKeysArePassedOver() throws {
        let text = String(decoding: Sample.bytes(Sample.record), as: UTF8.self)
        let more = text.replacing(
            "\"halted\": null,",
            with: "\"halted\": null, \"new\": {\"deep\": [1, \"x\"]},"
        )
        .replacing("\"total_trades\": 3,", with: "\"median_trade\": 1.5, \"total_trades\": 3,")
        #expect(more != text)
        #expect(try MetricsDocument.read(Array(more.utf8)) == Sample.record)
    }

    @Test(arguments: [
        ("\"schema_version\": 1", "\"schema_version\": 2"), ("\"sharpe_ratio\":", "\"sharpe\":"),
        ("\"status\": \"completed\"", "\"status\": \"running\""),
        ("\"container_id\": \"m", "\"container_ix\": \"m"),
        ("\"parameters\":", "\"strategies\":"), ("2024-04-01T13:30:00Z", "2024-04-31T13:30:00Z"),
        ("\"win_rate\": 0.3333333333333333", "\"win_rate\": 7"), ("\"FILL\": 206", "\"FILL\": 0.5"),
    ])
    func whatIsMissingDoubledOrWrongIsRefused(from: String, to: String) {
        let text = String(decoding: Sample.bytes(Sample.record), as: UTF8.self)
        let wrong = text.replacing(from, with: to)
        #expect(wrong != text, "\(from) is not in the sample")
        #expect(throws: DocumentError.self) { try MetricsDocument.read(Array(wrong.utf8)) }
    }

    @Test func newerSchemaIsSaid() {
        let text = String(decoding: Sample.bytes(Sample.record), as: UTF8.self)
        let newer = text.replacing("\"schema_version\": 1", with: "\"schema_version\": 9")
        #expect(throws: DocumentError.newerSchema(found: 9, known: 1)) {
            try MetricsDocument.read(Array(newer.utf8))
        }
    }

    @Test func bufferIsAppendedTo() {
        var buffer = ByteBuffer(capacity: 64)
        buffer.append("head\n")
        MetricsDocument.write(Sample.record, into: &buffer)
        #expect(buffer.array == Array("head\n".utf8) + Sample.bytes(Sample.record))
    }
}

private func randomRecord(_ generator: inout SplitMix) -> ContainerRecord {
    var record = ContainerRecord(
        containerID: "p_\(generator.next() % 10_000)",
        portfolioID: randomText(&generator),
        runHash: String(generator.next() % 0xFFFFFF, radix: 16)
    )
    record.parameters = (0..<Int(generator.next() % 4)).map { index in
        let value: Scalar =
            switch generator.next() % 4 {
            case 0: .null
            case 1: .boolean(generator.next() % 2 == 0)
            case 2: .text(randomText(&generator))
            default: .number(randomNumber(&generator))
            }
        return ("s\(index).\(randomText(&generator))", value)
    }
    record.strategies = (0..<Int(generator.next() % 3)).map { _ in randomText(&generator) }
    record.symbols = (0..<Int(generator.next() % 3)).map { _ in randomText(&generator) }
    if generator.next() % 2 == 0 {
        let start = Timestamp(nanoseconds: Int64(bitPattern: generator.next()))
        record.period = (
            start, Timestamp(nanoseconds: Int64(bitPattern: generator.next())), Int(generator.next() >> 12)
        )
    }
    for name in MetricName.allCases where generator.next() % 5 != 0 {
        record.metrics[name] = randomNumber(&generator)
    }
    record.bySymbol = record.symbols.map { symbol in
        let trades = Int(generator.next() % 1_000_000)
        return Attribution(
            key: symbol,
            signals: Int(generator.next() >> 12),
            totalTrades: trades,
            winningTrades: Int(generator.next() % UInt64(trades + 1)),
            netProfit: randomNumber(&generator)
        )
    }
    record.events = [("SIGNAL", Int(generator.next() >> 20) + 1)]
    record.memory = (1, 2, Int(generator.next() >> 12), 4)
    return record
}

private func randomNumber(_ generator: inout SplitMix) -> Double {
    let value = Double(bitPattern: generator.next())
    return value.isFinite ? value : 0.1
}

private func randomText(_ generator: inout SplitMix) -> String {
    let letters = Array("abcXYZ019_.-\"\\\n\té😀\u{1}/,")
    return String(
        (0..<Int(generator.next() % 12)).map { _ in letters[Int(generator.next() % UInt64(letters.count))] }
    )
}
