import BacktestEvents

/// What is known of a container before its first bar, as far as the engine's loop is compiled for it.
///
/// The loop is one piece of source. The compiler makes a version of it for each shape: in those for one sleeve everything that
/// chooses among sleeves falls away, in that for a plain one also everything that asks for what the container cannot have.
protocol ContainerShape {
    /// Whether there is one sleeve and bars are not looked at one by one.
    static var isAlone: Bool { get }
    /// Whether nothing but signals and market orders at the next open concerns the container; `isAlone` then, too.
    static var isPlain: Bool { get }
}

/// One sleeve, driven by what concerns it.
enum OneSleeve: ContainerShape {
    static var isAlone: Bool { true }
    static var isPlain: Bool { false }
}

/// One sleeve whose orders all fill whole at the next open and whose positions nothing but signals ends.
enum PlainSleeve: ContainerShape {
    static var isAlone: Bool { true }
    static var isPlain: Bool { true }
}

/// Any number of sleeves, also bar by bar.
enum AnySleeves: ContainerShape {
    static var isAlone: Bool { false }
    static var isPlain: Bool { false }
}

extension ContainerRunner {
    /// Whether the container has the shape of `PlainSleeve`; known once it is prepared.
    var isPlain: Bool {
        let risk = portfolio.risk
        return sleeveCount == 1 && !stepwise && !eager && !bus.wantsEquities && !isProtected && !isTimed
            && !rests && !freezes
            && execution.fill == .nextOpen && !execution.closeAtEnd && execution.zeroVolume != .wait
            && execution.maxParticipation == nil && execution.slippage.volumeImpact == 0
            && execution.borrowRate == 0
            && risk.cooldownBars == 0 && risk.maxPositions == nil && risk.dailyLossLimit == nil
            && portfolio.sizing.lotSize == nil && !sleeves[0].hasOverrides
    }

    /// A sleeve's place in memory.
    @inline(__always)
    mutating func sleeve<S: ContainerShape>(_ index: Int, _ shape: S.Type) -> UnsafeMutablePointer<Sleeve> {
        S.isAlone ? sleeves : sleeves + index
    }
}
