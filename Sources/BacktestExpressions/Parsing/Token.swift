/// A word of an expression and its place.
struct Token: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case number(Double)
        case name(String)
        case binary(BinaryOperator)
        case not
        case openParenthesis
        case closeParenthesis
        case openBracket
        case closeBracket
        case comma
        case end
    }

    var kind: Kind
    var place: TextPlace
}
