import BacktestEvents

/// A stretch of an encoder's prepared text.
struct TextPiece: Sendable {
    var start: Int32 = 0
    var count: Int32 = 0
}

/// A payload field ready to be written, without any reference to follow.
struct PreparedField: Sendable {
    enum Kind: UInt8 {
        case number
        case text
        case bits
        case bit
    }

    var kind: Kind
    var slot: PayloadSlot
    /// `,"name":`, for a bit with its `true`.
    var key: TextPiece
    /// Place and number of its texts.
    var firstText: Int32 = 0
    var textCount: Int32 = 0
    var conditionMask: UInt8 = 0
    var conditionValue: UInt8 = 0
    /// Bits of the flags that it stores, and the lowest of them.
    var mask: UInt8 = 0
    var lowest: UInt8 = 0
}

extension Event {
    /// One of the doubles; 0 for the rest.
    @inline(__always)
    func number(in slot: PayloadSlot) -> Double {
        switch slot {
        case .price: price
        case .quantity: quantity
        case .value0: value0
        case .value1: value1
        case .value2: value2
        case .value3: value3
        case .code, .reason, .flags: 0
        }
    }

    /// A code, a reason or the flags; 0 for the rest.
    @inline(__always)
    func small(in slot: PayloadSlot) -> UInt8 {
        switch slot {
        case .code: code
        case .reason: reason
        case .flags: flags
        case .price, .quantity, .value0, .value1, .value2, .value3: 0
        }
    }
}

extension Event {
    /// The slots that hold something else than 0, a bit each by raw value, some of the flags not counted.
    @inline(__always)
    func slotsInUse(without named: UInt8) -> UInt16 {
        func bit(_ isSet: Bool, _ slot: PayloadSlot) -> UInt16 { isSet ? 1 << UInt16(slot.rawValue) : 0 }
        // The bits of a double tell -0 from 0.
        return bit(code != 0, .code) | bit(reason != 0, .reason) | bit(flags & ~named != 0, .flags)
            | bit(price.bitPattern != 0, .price) | bit(quantity.bitPattern != 0, .quantity)
            | bit(value0.bitPattern != 0, .value0) | bit(value1.bitPattern != 0, .value1)
            | bit(value2.bitPattern != 0, .value2) | bit(value3.bitPattern != 0, .value3)
    }
}

extension PayloadSlot {
    /// Whether it is a code, a reason or the flags: a whole number from 0 to 255.
    var isSmall: Bool { rawValue <= PayloadSlot.flags.rawValue }
}
