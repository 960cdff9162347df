public import BacktestModel
public import BacktestResults

/// What differs between two runs besides their results.
public struct RunChanges: Sendable, Equatable {
    /// A value of the config that differs; `nil` on the side that lacks it.
    public struct Setting: Sendable, Equatable {
        /// Where it stands, such as `strategies.cross.params.fast`.
        public var path: String
        /// The value in the first run.
        public var a: Scalar?
        /// The value in the second run.
        public var b: Scalar?

        /// Makes an entry.
        public init(path: String, a: Scalar?, b: Scalar?) {
            self.path = path
            self.a = a
            self.b = b
        }
    }

    /// A data file or version that differs; `nil` on the side that lacks it.
    public struct Entry: Sendable, Equatable {
        /// The file, or what the version is of.
        public var name: String
        /// SHA-256 or version in the first run.
        public var a: String?
        /// SHA-256 or version in the second run.
        public var b: String?

        /// Makes an entry.
        public init(name: String, a: String?, b: String?) {
            self.name = name
            self.a = a
            self.b = b
        }
    }

    /// Changed keys of the config, sorted by path.
    public var config: [Setting] = []
    /// Changed data files, in the order of the first run.
    public var data: [Entry] = []
    /// The engine's versions where they differ, else `nil`.
    public var engine: Entry?
    /// Other versions that differ, such as those of admf and swift.
    public var versions: [Entry] = []

    /// No changes.
    public init() {}

    /// What two manifests tell; the config's keys are added by who reads YAML.
    public init(_ a: Manifest, _ b: Manifest) {
        data = RunChanges.different(a.data.map(RunChanges.dataEntry), b.data.map(RunChanges.dataEntry))
        versions = RunChanges.different(
            a.versions.map { ($0.name, $0.value) },
            b.versions.map { ($0.name, $0.value) }
        )
        engine = versions.first { $0.name == "engine" }
        versions.removeAll { $0.name == "engine" }
    }

    /// Whether nothing differs that can change a result.
    public var isEmpty: Bool { config.isEmpty && data.isEmpty && engine == nil && versions.isEmpty }

    private static func dataEntry(_ file: Manifest.DataFile) -> (String, String) {
        ("\(file.symbol) \(file.path)", file.sha256)
    }

    private static func different(_ a: [(String, String)], _ b: [(String, String)]) -> [Entry] {
        let first = Dictionary(a, uniquingKeysWith: { old, _ in old })
        let second = Dictionary(b, uniquingKeysWith: { old, _ in old })
        let names = a.map(\.0) + b.map(\.0).filter { first[$0] == nil }
        return names.compactMap { name in
            first[name] == second[name] ? nil : Entry(name: name, a: first[name], b: second[name])
        }
    }
}
