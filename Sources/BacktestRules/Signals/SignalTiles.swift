import BacktestModel

/// Signals of many variants of one symbol at once, a tile of bars after the other.
///
/// Variants of a sweep compare the same columns with one another. Taken variant by variant, each column comes from memory
/// once a variant; taken tile by tile it comes once for all of them. The result is that of `SignalEvaluator` bit by bit.
struct SignalTiles: ~Copyable {
    private typealias MutableBars = UnsafeMutablePointer<Int32>
    private typealias MutableMasks = UnsafeMutablePointer<UInt8>

    private var scratch = ScratchMemory()
    private var rows: [Rows] = []

    /// Bytes of columns in a tile: half of a common second-level cache.
    private static let tileBytes = 1 << 19
    /// Words of a tile: fewer cost more to set out than to work out, more do not stay in the cache beside other things.
    private static let wordsRange = 32...128

    /// The rows of one variant, growing; memory is kept from batch to batch.
    private struct Rows {
        private var bars: MutableBars
        private var masks: MutableMasks
        private var capacity: Int
        var count = 0

        init() {
            capacity = 256
            bars = .allocate(capacity: capacity)
            masks = .allocate(capacity: capacity)
        }

        mutating func append(_ newBars: MutableBars, _ newMasks: MutableMasks, _ more: Int) {
            if count + more > capacity { grow(by: more) }
            (bars + count).update(from: newBars, count: more)
            (masks + count).update(from: newMasks, count: more)
            count += more
        }

        private mutating func grow(by more: Int) {
            let larger = max(capacity * 2, count + more)
            let newBars = MutableBars.allocate(capacity: larger)
            let newMasks = MutableMasks.allocate(capacity: larger)
            newBars.update(from: bars, count: count)
            newMasks.update(from: masks, count: count)
            destroy()
            (bars, masks, capacity) = (newBars, newMasks, larger)
        }

        func destroy() {
            bars.deallocate()
            masks.deallocate()
        }

        var list: SignalList {
            SignalList(
                bars: Array(UnsafeBufferPointer(start: bars, count: count)),
                masks: Array(UnsafeBufferPointer(start: masks, count: count))
            )
        }
    }

    deinit { for row in rows { row.destroy() } }

    /// The signals of programs over the same bars, in their order.
    mutating func signals(of programs: [TileProgram]) -> [SignalList] {
        guard let barCount = programs.first?.barCount else { return [] }
        while rows.count < programs.count { rows.append(Rows()) }
        for place in programs.indices { rows[place].count = 0 }
        var columns: Set<Doubles> = []
        for program in programs { columns.formUnion(program.columns) }
        let fitting = SignalTiles.tileBytes / (max(1, columns.count) * 512)
        let range = SignalTiles.wordsRange
        let stride = min(max(fitting, range.lowerBound), range.upperBound)
        scratch.reset()
        let slots = scratch.words(stride * (programs.map(\.slotCount).max() ?? 0))
        // The rows of a tile, at most one a bar.
        let bars = scratch.memory(of: Int32.self, stride * 64)
        let masks = scratch.memory(of: UInt8.self, stride * 64)
        let places = programs.map { place($0) }
        let order = SignalTiles.order(of: programs)
        let wordCount = (barCount + 63) / 64
        var word = 0
        while word < wordCount {
            let tile = Tile(
                word: word,
                count: min(stride * 64, barCount - word * 64),
                slots: slots,
                stride: stride
            )
            for place in order {
                tile.evaluate(places[place])
                let found = tile.extract(places[place], bars, masks)
                rows[place].append(bars, masks, found)
            }
            word += stride
        }
        return programs.indices.map { rows[$0].list }
    }

    /// An order in which programs that read the same columns follow one another, so that a tile of a column is read from
    /// the first-level cache by all but the first of them.
    ///
    /// Neighbouring sets share the columns of the parameters that vary slowest, which come first; sorted by their other
    /// columns, they share both.
    private static func order(of programs: [TileProgram]) -> [Int] {
        programs.indices.sorted { a, b in
            let (x, y) = (programs[a].columns, programs[b].columns)
            for (p, q) in zip(x.reversed(), y.reversed()) where p != q { return p < q }
            return x.count != y.count ? x.count < y.count : a < b
        }
    }

    /// A program in bare memory: nothing of it is retained, copied or checked while tiles are worked out.
    private struct Placed {
        var steps: UnsafeBufferPointer<TileProgram.Step>
        var sides: UnsafeMutablePointer<ConditionKernels.LastSide>
        var before: UnsafeMutablePointer<SignalExtraction.Before>
        var sources: InlineArray<4, TileProgram.Source>
        var masks: InlineArray<4, UInt8>
        var isEdge: Bool
    }

    /// Puts a program into scratch memory.
    private mutating func place(_ program: TileProgram) -> Placed {
        let steps = scratch.memory(of: TileProgram.Step.self, program.steps.count)
        for (index, step) in program.steps.enumerated() { (steps + index).initialize(to: step) }
        let sides = scratch.memory(of: ConditionKernels.LastSide.self, program.crossCount)
        sides.initialize(repeating: ConditionKernels.LastSide(), count: program.crossCount)
        let before = scratch.memory(of: SignalExtraction.Before.self, 1)
        before.initialize(to: SignalExtraction.Before())
        // Groups that are not there read the first one with an empty mask.
        let first = program.groups.first?.source ?? .slot(0)
        var placed = Placed(
            steps: UnsafeBufferPointer(start: steps, count: program.steps.count),
            sides: sides,
            before: before,
            sources: InlineArray(repeating: first),
            masks: InlineArray(repeating: 0),
            isEdge: program.isEdge
        )
        for (index, group) in program.groups.enumerated() {
            placed.sources[index] = group.source
            placed.masks[index] = group.mask
        }
        return placed
    }

    /// A run of bars under way.
    private struct Tile {
        /// Word of its first bar.
        let word: Int
        /// Bars.
        let count: Int
        let slots: MutableWords
        let stride: Int

        @inline(__always)
        func evaluate(_ program: borrowing Placed) {
            let bar = word * 64
            let words = (count + 63) / 64
            for step in program.steps {
                switch step {
                case .compare(let operation, let a, let b, let slot):
                    ConditionKernels.compare(
                        operation,
                        a.from(bar),
                        b.from(bar),
                        count,
                        slots + slot * stride
                    )
                case .cross(let a, let b, let slot, let state):
                    let above = slots + slot * stride
                    let below = above + stride
                    ConditionKernels.sides(a.from(bar), b.from(bar), count, above: above, below: below)
                    ConditionKernels.crosses(above: above, below: below, count, after: &program.sides[state])
                case .and(let a, let b, let slot):
                    let (x, y) = (a.words(slots, stride, at: word), b.words(slots, stride, at: word))
                    let out = slots + slot * stride
                    for i in 0..<words { out[i] = x[i] & y[i] }
                case .or(let a, let b, let slot):
                    let (x, y) = (a.words(slots, stride, at: word), b.words(slots, stride, at: word))
                    let out = slots + slot * stride
                    for i in 0..<words { out[i] = x[i] | y[i] }
                case .not(let a, let slot):
                    ConditionKernels.not(a.words(slots, stride, at: word), count, slots + slot * stride)
                case .constant(let holds, let slot):
                    ConditionKernels.fill(holds, count, slots + slot * stride)
                }
            }
        }

        @inline(__always)
        func extract(_ program: borrowing Placed, _ bars: MutableBars, _ masks: MutableMasks) -> Int {
            func group(_ place: Int) -> SignalExtraction.Group {
                (program.sources[place].words(slots, stride, at: word), program.masks[place])
            }
            return SignalExtraction.extract(
                (group(0), group(1), group(2), group(3)),
                count,
                at: word * 64,
                program.isEdge,
                &program.before.pointee,
                bars,
                masks
            )
        }
    }
}
