/// A column that every symbol has.
enum SeriesField: String, Sendable, Hashable, CaseIterable {
    case open
    case high
    case low
    case close
    case volume
    case hl2
    case hlc3
    case ohlc4
    case vwap

    var summary: String {
        switch self {
        case .open: "first price of the bar"
        case .high: "highest price of the bar"
        case .low: "lowest price of the bar"
        case .close: "last price of the bar"
        case .volume: "units traded in the bar"
        case .hl2: "(high + low) / 2"
        case .hlc3: "(high + low + close) / 3, the typical price"
        case .ohlc4: "(open + high + low + close) / 4"
        case .vwap:
            "the file's vwap column; where it has none, sum(hlc3 x volume) / sum(volume) since the local day began"
        }
    }
}
