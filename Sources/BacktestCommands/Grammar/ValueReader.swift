/// What a shell may offer for a value.
package enum ValueCompletion: Sendable, Hashable {
    /// Nothing.
    case nothing
    /// One of these words.
    case words([String])
    /// A file whose name ends in one of these, dots included; any file where the list is empty.
    case files([String])
    /// A folder.
    case folders
}

/// A value that an option or argument cannot take.
package struct InvalidValue: Error, Hashable {
    /// What would have been right, such as `a whole number from 1`.
    package var expected: String
    /// The value that was probably meant.
    package var suggestion: String?

    /// Makes an error.
    package init(expected: String, suggestion: String? = nil) {
        self.expected = expected
        self.suggestion = suggestion
    }
}

/// How the text of a value is read, checked and completed.
package struct ValueReader<Value: Sendable>: Sendable {
    /// What a shell offers.
    package let completion: ValueCompletion
    /// Reads the text.
    package let read: @Sendable (String) throws(InvalidValue) -> Value

    /// Makes a reader.
    package init(
        completion: ValueCompletion = .nothing,
        read: @escaping @Sendable (String) throws(InvalidValue) -> Value
    ) {
        self.completion = completion
        self.read = read
    }
}

extension ValueReader where Value == String {
    /// Any text that is not empty.
    package static let text = ValueReader { text throws(InvalidValue) in
        guard !text.isEmpty else { throw InvalidValue(expected: "some text") }
        return text
    }

    /// The path of a file with one of these endings; a shell offers them, other names are taken too.
    package static func file(_ endings: [String] = []) -> ValueReader {
        ValueReader(completion: .files(endings)) { text throws(InvalidValue) in
            guard !text.isEmpty else { throw InvalidValue(expected: "the path of a file") }
            return text
        }
    }

    /// The path of a folder.
    package static let folder = ValueReader(completion: .folders) { text throws(InvalidValue) in
        guard !text.isEmpty else { throw InvalidValue(expected: "the path of a folder") }
        return text
    }

    /// One of a few words.
    package static func word(_ words: [String]) -> ValueReader {
        ValueReader(completion: .words(words)) { text throws(InvalidValue) in
            guard !words.contains(text) else { return text }
            throw InvalidValue.notOne(of: words, text)
        }
    }

    /// `path=value`, as `--set` takes it.
    package static let setting = ValueReader { text throws(InvalidValue) in
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
            throw InvalidValue(expected: "path=value, such as execution.slippage.rate=1bps")
        }
        return text
    }
}

extension ValueReader where Value == Int {
    /// A whole number in a range.
    package static func wholeNumber(_ range: ClosedRange<Int>) -> ValueReader {
        ValueReader { text throws(InvalidValue) in
            guard let number = Int(text), range.contains(number) else {
                let end = range.upperBound == Int.max ? "" : " to \(range.upperBound)"
                throw InvalidValue(expected: "a whole number from \(range.lowerBound)\(end)")
            }
            return number
        }
    }
}

extension ValueReader where Value == Double {
    /// A finite number above 0.
    package static let positive = ValueReader { text throws(InvalidValue) in
        guard let number = Double(text), number > 0, number.isFinite else {
            throw InvalidValue(expected: "a number above 0")
        }
        return number
    }
}

extension ValueReader where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
    /// One of the cases of an enumeration, by its raw value.
    package static var choice: ValueReader {
        let words = Value.allCases.map(\.rawValue)
        return ValueReader(completion: .words(words)) { text throws(InvalidValue) in
            guard let value = Value(rawValue: text) else { throw InvalidValue.notOne(of: words, text) }
            return value
        }
    }
}
