import BacktestExpressions

/// One step of a rule's program.
///
/// Operands are indices of earlier steps, -1 for none.
struct RuleInstruction: Sendable, Hashable {
    var operation: FeatureOperation
    /// Columns, or numbers that are spread over a column.
    var a: Int32 = -1
    var b: Int32 = -1
    var c: Int32 = -1
    /// Numbers that do not change from bar to bar: windows, steps back, multipliers.
    var n: Int32 = -1
    var m: Int32 = -1
    /// The value of a constant.
    var number: Double = 0
    /// Parameter, symbol or field.
    var index: Int32 = 0
    var field: SeriesField = .close
    /// Whether the value is the same on every bar.
    var isScalar = false
}

/// A number that must be whole and large enough, known only once parameters have values.
struct RuleRequirement: Sendable, Hashable {
    /// The step that gives the number.
    var instruction: Int32
    var minimum: Int
    /// Such as `the window of 'sma'`.
    var subject: String
    var place: TextPlace

    /// The most that a window may be; far beyond any tape, far below an overflow.
    static let maximum = 1_000_000_000.0

    /// What is wrong with a value, `nil` where nothing is.
    func problem(with value: Double) -> RuleDiagnostic? {
        if value >= Double(minimum), value <= RuleRequirement.maximum, value == value.rounded(.towardZero) {
            return nil
        }
        let found = value.isNaN ? "undefined" : shortest(value)
        return RuleDiagnostic(place, "\(subject) must be a whole number of \(minimum) or more, not \(found)")
    }
}

/// A number as results print it: whole numbers without a point.
func shortest(_ value: Double) -> String {
    if value == value.rounded(), abs(value) < 1e15 { return String(Int64(value)) }
    return "\(value)"
}
