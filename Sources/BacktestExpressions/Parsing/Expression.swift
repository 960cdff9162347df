/// An operator between two operands.
public enum BinaryOperator: String, Sendable, Hashable, CaseIterable {
    case or
    case and
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case equal = "=="
    case notEqual = "!="
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"

    /// Whether the operator compares two numbers.
    public var isComparison: Bool {
        switch self {
        case .less, .lessOrEqual, .greater, .greaterOrEqual, .equal, .notEqual: true
        default: false
        }
    }

    /// Whether the operator joins two conditions.
    public var isLogical: Bool { self == .or || self == .and }

    /// Binding strength, loosest first (rule R24); `not` is 3, unary minus 7.
    var precedence: Int {
        switch self {
        case .or: 1
        case .and: 2
        case .less, .lessOrEqual, .greater, .greaterOrEqual, .equal, .notEqual: 4
        case .add, .subtract: 5
        case .multiply, .divide: 6
        }
    }
}

/// An operator before its operand.
public enum UnaryOperator: String, Sendable, Hashable, CaseIterable {
    case not
    case minus = "-"
}

/// A parsed expression: what was written, with the place of every part.
public struct Expression: Sendable, Hashable {
    /// What an expression is made of.
    public indirect enum Kind: Sendable, Hashable {
        /// A number; `%` and `bps` are already applied.
        case number(Double)
        /// A name, dots included.
        case name(String)
        /// A function with its arguments; `namePlace` is the place of the name alone.
        case call(name: String, namePlace: TextPlace, arguments: [Expression])
        /// An expression some steps back.
        case index(Expression, Expression)
        /// A prefix operator.
        case unary(UnaryOperator, Expression)
        /// An infix operator; `operatorPlace` is the place of the operator alone.
        case binary(BinaryOperator, operatorPlace: TextPlace, Expression, Expression)
    }

    /// The kind and its operands.
    public let kind: Kind
    /// The bytes that the expression spans, parentheses around it excluded.
    public let place: TextPlace
    /// Levels of the tree, 1 for a number or a name; bounded by the parser, so recursion is safe.
    public let depth: Int

    init(_ kind: Kind, at place: TextPlace) {
        self.kind = kind
        self.place = place
        switch kind {
        case .number, .name: depth = 1
        case .call(_, _, let arguments): depth = 1 + (arguments.map(\.depth).max() ?? 0)
        case .index(let base, let steps): depth = 1 + max(base.depth, steps.depth)
        case .unary(_, let operand): depth = 1 + operand.depth
        case .binary(_, _, let left, let right): depth = 1 + max(left.depth, right.depth)
        }
    }

    /// Every name that is used as a value, in the order written, with its place.
    public var names: [(name: String, place: TextPlace)] {
        switch kind {
        case .number: []
        case .name(let name): [(name, place)]
        case .call(_, _, let arguments): arguments.flatMap(\.names)
        case .index(let base, let steps): base.names + steps.names
        case .unary(_, let operand): operand.names
        case .binary(_, _, let left, let right): left.names + right.names
        }
    }
}
