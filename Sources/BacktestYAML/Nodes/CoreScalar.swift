/// What a scalar stands for in the core schema of YAML 1.2: `yes`, `no`, `on` and `off` are text there.
public enum CoreScalar: Sendable, Hashable {
    case null
    case boolean(Bool)
    case number(Double)
    case text(String)

    /// Resolves a plain scalar; quoted ones are text and not for this initializer.
    public init(plain text: String) {
        switch text {
        case "", "~", "null", "Null", "NULL": self = .null
        case "true", "True", "TRUE": self = .boolean(true)
        case "false", "False", "FALSE": self = .boolean(false)
        default: self = CoreScalar.number(of: text).map(CoreScalar.number) ?? .text(text)
        }
    }

    /// The number that a text is in the core schema: decimal, `0x`, `0o`, `.inf`, `.nan`; `nil` where it is none.
    ///
    /// A leading zero does not make a number octal. Decimal text is rounded correctly to the nearest double.
    public static func number(of text: String) -> Double? {
        switch text {
        case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .infinity
        case "-.inf", "-.Inf", "-.INF": return -.infinity
        case ".nan", ".NaN", ".NAN": return .nan
        default: break
        }
        if text.hasPrefix("0x") { return unsigned(text.utf8.dropFirst(2), radix: 16) }
        if text.hasPrefix("0o") { return unsigned(text.utf8.dropFirst(2), radix: 8) }
        guard isDecimal(text) else { return nil }
        return Double(text)
    }

    /// Whether a text is `[-+]? (digits [. digits] | . digits) ([eE] [-+]? digits)?`.
    ///
    /// Swift's own parser would also take `inf`, `nan` and hexadecimal fractions.
    private static func isDecimal(_ text: String) -> Bool {
        var rest = Substring(text).utf8[...]
        func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
        func dropSign() {
            if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
        }
        func dropDigits() -> Int {
            let digits = rest.prefix(while: isDigit).count
            rest.removeFirst(digits)
            return digits
        }
        dropSign()
        let whole = dropDigits()
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            if dropDigits() == 0, whole == 0 { return false }
        } else if whole == 0 {
            return false
        }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest.removeFirst()
            dropSign()
            if dropDigits() == 0 { return false }
        }
        return rest.isEmpty
    }

    private static func unsigned(_ digits: Substring.UTF8View, radix: Int) -> Double? {
        guard let text = String(digits), let value = UInt64(text, radix: radix), text.first != "+" else {
            return nil
        }
        return Double(value)
    }
}

extension YAMLNode {
    /// What the node stands for as a scalar, `nil` for sequences and mappings.
    public var scalar: CoreScalar? {
        guard case .scalar(let text, let style) = content else { return nil }
        return style == .plain ? CoreScalar(plain: text) : .text(text)
    }

    /// Whether the node is a plain null, such as a key without a value.
    public var isNull: Bool { scalar == .null }
}
