public import BacktestModel

extension JSONWriter {
    /// Writes an instant as an ISO-8601 text in UTC.
    public mutating func time(_ time: Timestamp) {
        out.append(byte: UInt8(ascii: "\""))
        out.append(time)
        out.append(byte: UInt8(ascii: "\""))
    }

    /// Writes a plain value.
    public mutating func scalar(_ value: Scalar) {
        switch value {
        case .null: null()
        case .boolean(let flag): boolean(flag)
        case .number(let number): self.number(number)
        case .text(let text): string(text)
        }
    }

    /// Writes an array of texts.
    public mutating func array(_ texts: [String]) {
        beginArray()
        for text in texts {
            element()
            string(text)
        }
        endArray()
    }
}

extension JSONWriter {
    /// Writes an object of named values of one kind.
    mutating func object<Value>(_ rows: [Named<Value>], _ write: (inout JSONWriter, Value) -> Void) {
        beginObject()
        for row in rows {
            key(text: row.name)
            write(&self, row.value)
        }
        endObject()
    }

    /// Writes a whole number of 64 bits.
    mutating func unsigned(_ value: UInt64) { out.append(magnitude: value, digits: 1) }
}
