import BacktestExpressions
import BacktestModel

extension RuleCompiler {
    /// The step of a name that stands alone.
    mutating func name(_ name: String, _ place: TextPlace) -> Int32? {
        if let field = SeriesField(rawValue: name) { return own(field) }
        let function = RuleFunction.named(name)
        if let function, function.arguments.isEmpty { return lower(function, []) }
        if let index = context.parameters.firstIndex(of: name) { return parameter(index) }
        if let function {
            report(place, "'\(name)' needs its arguments", hint: "write \(function.signature)")
            return nil
        }
        if let dot = name.lastIndex(of: ".") {
            return foreign(String(name[..<dot]), String(name[name.index(after: dot)...]), place)
        }
        report(place, "unknown name '\(name)'", hint: hint(for: name, among: valueNames))
        return nil
    }

    mutating func own(_ field: SeriesField) -> Int32 {
        append(RuleInstruction(operation: field.operation))
    }

    private mutating func foreign(_ symbol: String, _ field: String, _ place: TextPlace) -> Int32? {
        let symbolPlace = TextPlace(offset: place.offset, length: symbol.utf8.count)
        let fieldPlace = TextPlace(offset: symbolPlace.end + 1, length: field.utf8.count)
        let index = context.symbols.firstIndex(of: symbol)
        if index == nil, symbol != "other" {
            let known = context.symbols + (context.other == nil ? [] : ["other"])
            report(symbolPlace, "unknown symbol '\(symbol)'", hint: hint(for: symbol, among: known))
        } else if index == nil, context.other == nil {
            report(symbolPlace, "'other' needs a strategy of exactly two symbols")
        }
        guard let series = SeriesField(rawValue: field) else {
            let known = SeriesField.allCases.map(\.rawValue)
            report(
                fieldPlace,
                "another symbol has no '\(field)'",
                hint: hint(for: field, among: known) ?? "it has " + known.joined(separator: ", ")
            )
            return nil
        }
        if let index {
            return append(RuleInstruction(operation: .foreign, index: Int32(index), field: series))
        }
        guard symbol == "other", context.other != nil else { return nil }
        return append(RuleInstruction(operation: .other, field: series))
    }

    /// The step of a function call.
    mutating func call(
        _ name: String,
        _ place: TextPlace,
        _ written: [Expression],
        _ whole: TextPlace
    ) -> Int32? {
        guard let function = RuleFunction.named(name) else {
            let known = RuleFunction.all.map(\.name)
            let isValue = SeriesField(rawValue: name) != nil || context.parameters.contains(name)
            let message = isValue ? "'\(name)' is not a function" : "unknown function '\(name)'"
            let remedy = isValue ? "history is written \(name)[1]" : hint(for: name, among: known)
            report(place, message, hint: remedy)
            for argument in written { checkNames(argument) }
            return nil
        }
        var given = written
        // realized_volatility(n) means that of the close.
        if name == "realized_volatility", given.count == 1 {
            guard let n = argument(given[0], function.arguments[1], of: function) else { return nil }
            return lower(function, [own(.close), n])
        }
        let most = function.isVariadic ? Int.max : function.arguments.count
        guard given.count >= function.required, given.count <= most else {
            report(whole, countMessage(function, given.count), hint: "write \(function.signature)")
            return nil
        }
        var steps: [Int32?] = []
        for (index, expression) in given.enumerated() {
            let wanted = function.arguments[min(index, function.arguments.count - 1)]
            steps.append(argument(expression, wanted, of: function))
        }
        for left in function.arguments.dropFirst(given.count) {
            steps.append(left.standard.map { constant($0) })
        }
        given.removeAll()
        let complete = steps.compactMap { $0 }
        return complete.count == steps.count ? lower(function, complete) : nil
    }

    private mutating func argument(
        _ expression: Expression,
        _ wanted: RuleFunction.Argument,
        of function: RuleFunction
    ) -> Int32? {
        switch wanted.kind {
        case .number: compile(expression, as: .number, for: "'\(function.name)'")
        case .condition: compile(expression, as: .condition, for: "'\(function.name)'")
        case .scalar: scalar(expression, subject: "'\(wanted.name)' of '\(function.name)'")
        case .window(let minimum):
            whole(expression, atLeast: minimum, subject: "'\(wanted.name)' of '\(function.name)'")
        }
    }

    // Of a call to an unknown function at least the arguments' names are checked, so that all are reported at once.
    private mutating func checkNames(_ expression: Expression) {
        for (name, place) in expression.names { _ = self.name(name, place) }
    }

    private func countMessage(_ function: RuleFunction, _ count: Int) -> String {
        let most = function.arguments.count
        let wanted =
            function.isVariadic
            ? "at least \(function.required)"
            : function.required == most ? "\(most)" : "\(function.required) to \(most)"
        let plural = wanted == "1" ? "argument" : "arguments"
        return "'\(function.name)' takes \(wanted) \(plural), not \(count)"
    }

    private var valueNames: [String] {
        context.parameters + SeriesField.allCases.map(\.rawValue) + RuleFunction.all.map(\.name)
    }

    private func hint(for word: String, among known: [String]) -> String? {
        nearestWord(to: word, among: known).map { "did you mean '\($0)'?" }
    }
}

extension SeriesField {
    var operation: FeatureOperation {
        switch self {
        case .open: .open
        case .high: .high
        case .low: .low
        case .close: .close
        case .volume: .volume
        case .hl2: .hl2
        case .hlc3: .hlc3
        case .ohlc4: .ohlc4
        case .vwap: .vwap
        }
    }
}
