import CLibYAML

/// libyaml's event parser over a text of its own.
///
/// The parser keeps pointers to itself and to the text, so both live on the heap and are freed together.
struct EventReader: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let text: UnsafeMutableBufferPointer<UInt8>
    private let source: Int

    init(bytes: [UInt8], source: Int) {
        // With the encoding fixed libyaml does not skip the mark itself, and refuses it as a character.
        let content = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
        text = .allocate(capacity: max(1, content.count))
        _ = text.update(fromContentsOf: content)
        parser = .allocate(capacity: 1)
        self.source = source
        let initialized = yaml_parser_initialize(parser)
        precondition(initialized == 1, "libyaml could not allocate its parser")
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, text.baseAddress, content.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        text.deallocate()
    }

    /// The next event; after an error or the end of the stream it must not be called again.
    mutating func next() throws(YAMLProblem) -> MarkedEvent {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw problem() }
        defer { yaml_event_delete(&event) }
        return MarkedEvent(
            event: EventReader.converted(event),
            start: mark(event.start_mark),
            end: mark(event.end_mark)
        )
    }

    private func mark(_ mark: yaml_mark_t) -> YAMLMark {
        YAMLMark(line: mark.line + 1, column: mark.column + 1, source: source)
    }

    private static func converted(_ event: yaml_event_t) -> ParserEvent {
        switch event.type {
        case YAML_STREAM_START_EVENT: return .streamStart
        case YAML_STREAM_END_EVENT: return .streamEnd
        case YAML_DOCUMENT_START_EVENT: return .documentStart
        case YAML_DOCUMENT_END_EVENT: return .documentEnd
        case YAML_ALIAS_EVENT: return .alias(string(event.data.alias.anchor) ?? "")
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let value = String(
                decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length),
                as: UTF8.self
            )
            let tag = string(scalar.tag)
            return .scalar(value, style: style(scalar.style), anchor: string(scalar.anchor), tag: tag)
        case YAML_SEQUENCE_START_EVENT:
            let start = event.data.sequence_start
            return .sequenceStart(anchor: string(start.anchor), tag: string(start.tag))
        case YAML_SEQUENCE_END_EVENT: return .sequenceEnd
        case YAML_MAPPING_START_EVENT:
            let start = event.data.mapping_start
            return .mappingStart(anchor: string(start.anchor), tag: string(start.tag))
        case YAML_MAPPING_END_EVENT: return .mappingEnd
        default: preconditionFailure("libyaml has no event of type \(event.type)")
        }
    }

    private static func style(_ style: yaml_scalar_style_t) -> YAMLNode.ScalarStyle {
        switch style {
        case YAML_SINGLE_QUOTED_SCALAR_STYLE, YAML_DOUBLE_QUOTED_SCALAR_STYLE: .quoted
        case YAML_LITERAL_SCALAR_STYLE, YAML_FOLDED_SCALAR_STYLE: .block
        default: .plain
        }
    }

    private static func string(_ pointer: UnsafeMutablePointer<UInt8>?) -> String? {
        guard let pointer else { return nil }
        return String(cString: pointer)
    }
}

// MARK: - Errors

extension EventReader {
    private func problem() -> YAMLProblem {
        let state = parser.pointee
        guard state.error != YAML_READER_ERROR else { return readerProblem(state) }
        let message = state.problem.map { String(cString: $0) } ?? "the text cannot be parsed"
        let start = mark(state.problem_mark)
        var related: YAMLMark?
        var full = message
        if let context = state.context.map({ String(cString: $0) }) {
            full = "\(message) \(context)"
            let place = mark(state.context_mark)
            if place != start { related = place }
        }
        return YAMLProblem(
            code: .syntax,
            message: full,
            hint: hint(for: message, at: start),
            start: start,
            related: related
        )
    }

    /// Bad UTF-8 and control characters come with an offset in bytes alone.
    private func readerProblem(_ state: yaml_parser_t) -> YAMLProblem {
        let message = state.problem.map { String(cString: $0) } ?? "the text cannot be decoded"
        let offset = min(Int(state.problem_offset), text.count)
        var line = 1
        var column = 1
        for byte in text[..<offset] {
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        let value = state.problem_value >= 0 ? String(state.problem_value, radix: 16, uppercase: true) : "?"
        return YAMLProblem(
            code: .encoding,
            message: "\(message) (0x\(value))",
            hint: "save the file as UTF-8 without control characters",
            start: YAMLMark(line: line, column: column, source: source)
        )
    }

    private func hint(for message: String, at place: YAMLMark) -> String? {
        if character(at: place) == UInt8(ascii: "\t") { return "indent with spaces, not with tabs" }
        if message.contains("could not find expected ':'") { return "write a space after the colon of a key" }
        if message.contains("mapping values are not allowed") {
            return "check the indentation, or quote a text that contains ': '"
        }
        if message.contains("cannot start any token") {
            return "quote a text that begins with this character"
        }
        return nil
    }

    private func character(at place: YAMLMark) -> UInt8? {
        var line = 1
        var column = 1
        for byte in text {
            if byte & 0xC0 == 0x80 { continue }
            if line == place.line && column == place.column { return byte }
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else {
                column += 1
            }
        }
        return nil
    }
}
