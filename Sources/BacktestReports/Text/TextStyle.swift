/// What a terminal can show; the caller decides, from the terminal and NO_COLOR.
public struct TextStyle: Sendable, Hashable {
    /// The ways in which text is marked.
    public enum Emphasis: String, Sendable {
        case bold = "1"
        case dim = "2"
        case red = "31"
        case green = "32"
        case yellow = "33"
    }

    /// Columns of the terminal, `nil` for no limit (a pipe, a file).
    public var width: Int?
    /// Whether text may be coloured.
    public var hasColors: Bool

    /// Whether signs of our own are letters alone.
    ///
    /// So they are on a dumb terminal and in a locale without UTF-8. Names stay as they are.
    public var isASCII: Bool

    /// Makes a style.
    public init(width: Int? = nil, hasColors: Bool = false, isASCII: Bool = false) {
        self.width = width
        self.hasColors = hasColors
        self.isASCII = isASCII
    }

    /// The sign that stands for what was cut off.
    var ellipsis: Character { isASCII ? "~" : "…" }

    /// No limit, no colours.
    public static let plain = TextStyle()

    /// The text, marked where colours are on.
    public func mark(_ text: String, _ emphasis: Emphasis) -> String {
        hasColors && !text.isEmpty ? "\u{1B}[\(emphasis.rawValue)m\(text)\u{1B}[0m" : text
    }
}
