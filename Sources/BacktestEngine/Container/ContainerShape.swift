/// How many sleeves a container has, as far as the engine's loop is compiled for it.
///
/// The loop is one piece of source. The compiler makes a version of it for each shape, and in that for one sleeve
/// everything that chooses among sleeves falls away.
protocol ContainerShape {
    /// Whether there is one sleeve and bars are not looked at one by one.
    static var isAlone: Bool { get }
}

/// One sleeve, driven by what concerns it.
enum OneSleeve: ContainerShape {
    static var isAlone: Bool { true }
}

/// Any number of sleeves, also bar by bar.
enum AnySleeves: ContainerShape {
    static var isAlone: Bool { false }
}
