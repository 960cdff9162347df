import BacktestModel

/// Cuts the text of an expression into words; places are UTF-8 offsets.
struct Lexer {
    private let bytes: [UInt8]
    private let vocabulary: ExpressionVocabulary
    private var position = 0

    init(_ text: String, vocabulary: ExpressionVocabulary) {
        bytes = Array(text.utf8)
        self.vocabulary = vocabulary
    }

    /// The next word; `end` again and again after the last.
    mutating func next() throws(ExpressionDiagnostic) -> Token {
        while position < bytes.count, isSpace(bytes[position]) { position += 1 }
        let start = position
        guard start < bytes.count else {
            return Token(kind: .end, place: TextPlace(offset: bytes.count, length: 0))
        }
        if let token = knownName(at: start) { return token }
        let byte = bytes[start]
        if isDigit(byte) || (byte == UInt8(ascii: ".") && isDigit(peek(1))) { return try number() }
        if isNameStart(byte) { return try name() }
        return try symbol()
    }

    // Names with characters that are operators elsewhere, such as `BTC-USD`, are only recognised where they are known.
    private mutating func knownName(at start: Int) -> Token? {
        for name in vocabulary.oddNames where matches(name, at: start) {
            guard !isNameByte(byte(at: start + name.count)) else { continue }
            return take(.name(String(decoding: name, as: UTF8.self)), name.count)
        }
        for prefix in vocabulary.oddPrefixes where matches(prefix, at: start) {
            var end = start + prefix.count
            guard byte(at: end) == UInt8(ascii: "."), isNameStart(byte(at: end + 1)) else { continue }
            end += 1
            while isNameByte(byte(at: end)) { end += 1 }
            return take(.name(String(decoding: bytes[start..<end], as: UTF8.self)), end - start)
        }
        return nil
    }

    private mutating func name() throws(ExpressionDiagnostic) -> Token {
        let start = position
        var end = start
        while isNameByte(byte(at: end))
            || (byte(at: end) == UInt8(ascii: ".") && isNameByte(byte(at: end + 1)))
        {
            end += 1
        }
        let word = String(decoding: bytes[start..<end], as: UTF8.self)
        switch word {
        case "and": return take(.binary(.and), end - start)
        case "or": return take(.binary(.or), end - start)
        case "not": return take(.not, end - start)
        default: return take(.name(word), end - start)
        }
    }

    private mutating func number() throws(ExpressionDiagnostic) -> Token {
        let start = position
        var end = start
        while isDigit(byte(at: end)) || byte(at: end) == UInt8(ascii: "_") { end += 1 }
        if byte(at: end) == UInt8(ascii: ".") {
            end += 1
            while isDigit(byte(at: end)) { end += 1 }
        }
        if byte(at: end) | 0x20 == UInt8(ascii: "e") {
            let sign = byte(at: end + 1)
            let digits = sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") ? end + 2 : end + 1
            if isDigit(byte(at: digits)) {
                end = digits
                while isDigit(byte(at: end)) { end += 1 }
            }
        }
        if byte(at: end) == UInt8(ascii: "%") {
            end += 1
        } else {
            while isNameByte(byte(at: end)) { end += 1 }
        }
        let text = String(decoding: bytes[start..<end], as: UTF8.self)
        guard let value = Numeral.value(of: text) else {
            throw ExpressionDiagnostic(
                offset: start,
                length: end - start,
                message: "'\(text)' is not a number",
                hint: "numbers look like 14, 0.5, 1e-4, 2% or 10bps; a multiplication needs '*'"
            )
        }
        return take(.number(value), end - start)
    }

    private mutating func symbol() throws(ExpressionDiagnostic) -> Token {
        let first = bytes[position]
        let followedByEquals = peek(1) == UInt8(ascii: "=")
        switch first {
        case UInt8(ascii: "+"): return take(.binary(.add), 1)
        case UInt8(ascii: "-"): return take(.binary(.subtract), 1)
        case UInt8(ascii: "/"): return take(.binary(.divide), 1)
        case UInt8(ascii: "*"):
            if peek(1) == first {
                throw refusal(2, hint: "there is no power operator; multiply, or use exp and log")
            }
            return take(.binary(.multiply), 1)
        case UInt8(ascii: "("): return take(.openParenthesis, 1)
        case UInt8(ascii: ")"): return take(.closeParenthesis, 1)
        case UInt8(ascii: "["): return take(.openBracket, 1)
        case UInt8(ascii: "]"): return take(.closeBracket, 1)
        case UInt8(ascii: ","): return take(.comma, 1)
        case UInt8(ascii: "<"):
            return followedByEquals ? take(.binary(.lessOrEqual), 2) : take(.binary(.less), 1)
        case UInt8(ascii: ">"):
            return followedByEquals ? take(.binary(.greaterOrEqual), 2) : take(.binary(.greater), 1)
        case UInt8(ascii: "="):
            if followedByEquals { return take(.binary(.equal), 2) }
            throw refusal(1, hint: "equality is written '=='")
        case UInt8(ascii: "!"):
            if followedByEquals { return take(.binary(.notEqual), 2) }
            throw refusal(1, hint: "write 'not'")
        case UInt8(ascii: "&"): throw refusal(peek(1) == first ? 2 : 1, hint: "write 'and'")
        case UInt8(ascii: "|"): throw refusal(peek(1) == first ? 2 : 1, hint: "write 'or'")
        case UInt8(ascii: "%"): throw refusal(1, hint: "a percentage is written without a space, such as 2%")
        default: throw refusal(characterLength(at: position), hint: nil)
        }
    }

    private func refusal(_ length: Int, hint: String?) -> ExpressionDiagnostic {
        let text = String(decoding: bytes[position..<min(position + length, bytes.count)], as: UTF8.self)
        let first = bytes[position]
        let message =
            first < 0x20 || first == 0x7F ? "a control character has no place here" : "unexpected '\(text)'"
        return ExpressionDiagnostic(offset: position, length: length, message: message, hint: hint)
    }

    private func characterLength(at start: Int) -> Int {
        var end = start + 1
        if bytes[start] >= 0x80 { while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 } }
        return end - start
    }

    private mutating func take(_ kind: Token.Kind, _ length: Int) -> Token {
        let token = Token(kind: kind, place: TextPlace(offset: position, length: length))
        position += length
        return token
    }

    private func matches(_ word: [UInt8], at start: Int) -> Bool {
        start + word.count <= bytes.count && bytes[start..<start + word.count].elementsEqual(word)
    }

    private func byte(at index: Int) -> UInt8 { index < bytes.count ? bytes[index] : 0 }
    private func peek(_ ahead: Int) -> UInt8 { byte(at: position + ahead) }
}

func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) }
func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
func isNameStart(_ byte: UInt8) -> Bool {
    (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")) || byte == UInt8(ascii: "_")
}
func isNameByte(_ byte: UInt8) -> Bool { isNameStart(byte) || isDigit(byte) }
