extension Formula {
    /// The two numbers that the formula compares, `nil` where its last step is no comparison.
    public var comparedSides: (sign: BinaryOperator, left: Formula, right: Formula)? {
        guard case .binary(let sign, _, let left, let right) = expression.kind, sign.isComparison else {
            return nil
        }
        return (sign, part(left), part(right))
    }

    private func part(_ expression: Expression) -> Formula {
        let bytes = Array(text.utf8)[expression.place.offset..<expression.place.end]
        return Formula(
            text: String(decoding: bytes, as: UTF8.self),
            names: names.filter { name in expression.names.contains { $0.name == name } },
            isBoolean: false,
            expression: expression
        )
    }
}
