import BacktestHashing
import BacktestSweep
import BacktestYAML

/// Reads a configuration file into a checked plan; `validate`, `plan`, `run` and `resume` all come through here.
public struct ConfigurationLoader: Sendable {
    /// What the command line adds to the file.
    public struct Options: Sendable, Hashable {
        /// The environment block whose sections are put over the file's own, `nil` for none.
        public var environment: String?
        /// `path=value` arguments, applied in order after the environment.
        public var settings: [String]
        /// Most containers that will be run; without it a sweep of more than 10,000,000 is refused.
        public var containerLimit: Int?
        /// Whether data and signal files must exist and be readable.
        public var checksFiles: Bool

        /// Makes options; the file as it is by default.
        public init(
            environment: String? = nil,
            settings: [String] = [],
            containerLimit: Int? = nil,
            checksFiles: Bool = true
        ) {
            self.environment = environment
            self.settings = settings
            self.containerLimit = containerLimit
            self.checksFiles = checksFiles
        }
    }

    /// Reads and checks a file; a file that cannot be read is a diagnostic with the code `cannot_read`.
    public static func load(path: String, options: Options = Options()) -> ConfigurationOutcome {
        switch FilePaths.bytes(ofFileAt: path, limit: YAMLLimits().byteCount) {
        case .success(let bytes): return load(bytes: bytes, path: path, options: options)
        case .failure(let failure):
            let diagnostic = ConfigurationDiagnostic(
                file: path,
                line: 1,
                column: 1,
                endColumn: 1,
                severity: .error,
                kind: .configuration,
                code: "cannot_read",
                message: "cannot read the configuration: \(failure.reason)",
                hint: failure.remedy,
                sourceLine: "",
                related: nil
            )
            return ConfigurationOutcome(plan: nil, diagnostics: [diagnostic])
        }
    }

    /// Checks the text of a configuration.
    ///
    /// - Parameters:
    ///   - bytes: The text.
    ///   - path: Where it lies: the name in diagnostics, and the folder that its paths are relative to.
    ///   - options: What the command line adds.
    /// - Returns: A plan, or everything that is wrong.
    public static func load(
        bytes: [UInt8],
        path: String,
        options: Options = Options()
    ) -> ConfigurationOutcome {
        var findings = Findings()
        let sources = SourceTexts(
            names: [path] + options.settings.map { "--set \($0)" },
            lines: [SourceTexts.lines(of: bytes)] + options.settings.map { [$0] }
        )
        let parsed = YAMLDocument(parsing: bytes)
        for problem in parsed.problems { findings.add(Finding(problem)) }
        guard let root = parsed.root else {
            return ConfigurationOutcome(plan: nil, diagnostics: sources.diagnostics(findings.all))
        }
        guard root.entries != nil else {
            findings.error(
                "wrong_type",
                "a configuration is a map of sections, this is \(root.described)",
                hint: "begin with 'data:', 'strategies:' and 'portfolios:'",
                at: Located((), at: root.start)
            )
            return ConfigurationOutcome(plan: nil, diagnostics: sources.diagnostics(findings.all))
        }
        let top = Section<WrittenDocument>.document
        let effective = top.corrected(effectiveRoot(root, options, &findings), &findings)
        var document = WrittenDocument()
        top.decode(effective, into: &document, &findings)
        var resolver = Resolver(
            document: document,
            folder: FilePaths.folder(of: path),
            checksFiles: options.checksFiles,
            containerLimit: options.containerLimit,
            findings: findings,
            plan: RunPlan(
                name: Identifiers.name(fromFile: path),
                configurationPath: path,
                configurationBytes: bytes,
                configurationHash: SHA256.hexadecimal(of: CanonicalText.of(effective))
            )
        )
        resolver.plan.settings = options.settings
        resolver.plan.environment = options.environment
        resolver.resolve(root: effective)
        let diagnostics = sources.diagnostics(resolver.findings.all)
        guard !resolver.findings.hasErrors else {
            return ConfigurationOutcome(plan: nil, diagnostics: diagnostics)
        }
        resolver.plan.warnings = diagnostics.map { "\($0.file):\($0.line): \($0.message)" }
        return ConfigurationOutcome(plan: resolver.plan, diagnostics: diagnostics)
    }

    /// The file with its environment and the `--set` arguments put over it.
    private static func effectiveRoot(
        _ root: YAMLNode,
        _ options: Options,
        _ findings: inout Findings
    ) -> YAMLNode {
        let environments = Environments(of: root)
        environments.check(&findings)
        var effective = environments.base
        if let name = options.environment { effective = environments.merged(name, &findings) }
        for (index, text) in options.settings.enumerated() {
            guard let setting = SettingArgument(text, source: index + 1, &findings) else { continue }
            if effective["sweep"]?["parameters"]?[setting.path] != nil {
                findings.warning(
                    "swept_setting",
                    "'\(setting.path)' is swept, so the sweep's values replace this one",
                    hint: "write --set 'sweep.parameters.\(setting.path)=[...]' to change what is swept",
                    at: Located((), at: setting.value.start)
                )
            }
            effective = setting.applied(to: effective, &findings)
        }
        return effective
    }
}
