/// What libyaml's parser found next, without any of its types.
enum ParserEvent {
    case streamStart
    case streamEnd
    case documentStart
    case documentEnd
    case alias(String)
    case scalar(String, style: YAMLNode.ScalarStyle, anchor: String?, tag: String?)
    case sequenceStart(anchor: String?, tag: String?)
    case sequenceEnd
    case mappingStart(anchor: String?, tag: String?)
    case mappingEnd
}

/// An event with its place.
struct MarkedEvent {
    var event: ParserEvent
    var start: YAMLMark
    var end: YAMLMark
}
