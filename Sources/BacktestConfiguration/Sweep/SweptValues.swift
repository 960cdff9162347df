import BacktestModel
import BacktestSweep
import BacktestYAML

/// A value of a swept path, with what constraints and messages need.
struct SweptValue: Sendable {
    var value: SweepValue
    /// The value as a number, `nil` for words.
    var number: Double?
    var start: YAMLMark
    var end: YAMLMark
}

extension SweptValue: Marked {}

/// The values that one path takes: those of a list, and ranges that are not expanded.
struct SweptColumn: Sendable {
    /// Values of a range that are made at once; those of a longer one are made when they are asked for.
    static let listedMax = 10_000

    private enum Part: Sendable {
        case listed([SweptValue?])
        case range(RangeExpansion, make: @Sendable (YAMLNode) -> SweptValue?)
    }

    private var parts: [(first: Int, part: Part)] = []
    /// Number of rows.
    private(set) var count = 0

    /// No values.
    init() {}

    /// Some values; what a case leaves out is `nil`.
    init(_ values: [SweptValue?]) { append(values) }

    /// Adds values.
    mutating func append(_ values: [SweptValue?]) {
        if case .listed(var before)? = parts.last?.part {
            parts[parts.count - 1].part = .listed([])
            before += values
            parts[parts.count - 1].part = .listed(before)
        } else if !values.isEmpty {
            parts.append((count, .listed(values)))
        }
        count += values.count
    }

    /// Adds a range of which `make` accepts every value.
    mutating func append(_ range: RangeExpansion, make: @escaping @Sendable (YAMLNode) -> SweptValue?) {
        parts.append((count, .range(range, make: make)))
        count += range.count
    }

    /// The value of a row, `nil` where a case leaves it out.
    subscript(row: Int) -> SweptValue? {
        let (first, part) = parts[partIndex(row)]
        switch part {
        case .listed(let values): return values[row - first]
        case .range(let range, let make): return make(range[row - first])
        }
    }

    private func partIndex(_ row: Int) -> Int {
        var low = 0
        var high = parts.count - 1
        while low < high {
            let middle = (low + high + 1) / 2
            if parts[middle].first <= row { low = middle } else { high = middle - 1 }
        }
        return low
    }

    /// Runs of rows: those of a list with their values, those of a range, whose numbers ascend, without.
    var pieces: [(rows: Range<Int>, listed: [SweptValue?]?)] {
        parts.indices.map { index in
            let (first, part) = parts[index]
            let end = index + 1 < parts.count ? parts[index + 1].first : count
            guard case .listed(let values) = part else { return (first..<end, nil) }
            return (first..<end, values)
        }
    }

    /// The first value that occurs twice, as far as the first values of each part show.
    var firstEqualValue: SweptValue? {
        var seen: Set<Scalar> = []
        for (rows, _) in pieces {
            for row in rows.prefix(SweptColumn.listedMax) {
                guard let value = self[row] else { continue }
                if !seen.insert(value.value.printed).inserted { return value }
            }
        }
        return nil
    }

    /// What the plan keeps of it.
    var planned: SweepColumn {
        let isRange = parts.contains { if case .range = $0.part { true } else { false } }
        return SweepColumn(count: count, isRange: isRange && parts.count == 1) { self[$0]?.value }
    }
}

/// One axis with its places.
struct SweptAxis: Sendable {
    /// Indices into the sweep's paths.
    var parameters: [Int]
    /// The values of each parameter, all of one length.
    var columns: [SweptColumn]

    /// Number of rows; zipped lists of different lengths have been reported.
    var count: Int { columns.map(\.count).min() ?? 0 }
}

extension Scalar {
    /// The number that a scalar is; true and false count as 1 and 0.
    var numeric: Double? {
        switch self {
        case .number(let value): value
        case .boolean(let value): value ? 1 : 0
        case .null, .text: nil
        }
    }
}
