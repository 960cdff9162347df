// swift-tools-version: 6.2
import PackageDescription

/// Warnings are errors, and every import and existential is spelled out.
let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// A library module of ADMF.
///
/// The arrows point down only; `TidyTests` holds the same table.
func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(
    _ name: String,
    _ dependencies: [Target.Dependency],
    exclude: [String] = [],
    resources: [Resource]? = nil
) -> Target {
    .testTarget(
        name: name,
        dependencies: dependencies,
        exclude: exclude,
        resources: resources,
        swiftSettings: strict
    )
}

let package = Package(
    name: "admf",
    products: [
        .executable(name: "admf", targets: ["admf"]),
        .library(name: "BacktestModel", targets: ["BacktestModel"]),
        .library(name: "BacktestRandom", targets: ["BacktestRandom"]),
        .library(name: "BacktestStatistics", targets: ["BacktestStatistics"]),
        .library(name: "BacktestMarketData", targets: ["BacktestMarketData"]),
        .library(name: "BacktestRules", targets: ["BacktestRules"]),
        .library(name: "BacktestEvents", targets: ["BacktestEvents"]),
        .library(name: "BacktestMetrics", targets: ["BacktestMetrics"]),
        .library(name: "BacktestTracing", targets: ["BacktestTracing"]),
        .library(name: "BacktestEngine", targets: ["BacktestEngine"]),
        .library(name: "BacktestConfiguration", targets: ["BacktestConfiguration"]),
        .library(name: "BacktestSweep", targets: ["BacktestSweep"]),
        .library(name: "BacktestResults", targets: ["BacktestResults"]),
        .library(name: "BacktestReports", targets: ["BacktestReports"]),
    ],
    targets: [
        // C: system libraries through module maps, and the vector kernels.
        .systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CMalloc"),
        // Headers alone: the library is loaded when it is first used, so nothing is linked.
        .systemLibrary(name: "CCurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CISAL", pkgConfig: "libisal", providers: [.apt(["libisal-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CDuckDB"),
        .target(name: "CKernels"),

        // Libraries, bottom to top.
        module("BacktestModel"),
        module("BacktestConcurrency"),
        module("BacktestRandom"),
        module("BacktestExpressions", ["BacktestModel"]),
        module("BacktestYAML", ["CLibYAML"]),
        module("BacktestSearch", ["BacktestRandom"]),
        module("BacktestHashing", ["CCrypto"]),
        module("BacktestHTTP", ["CCurl"]),
        module("BacktestColumnar", ["CDuckDB"]),
        module(
            "BacktestMarketData",
            [
                "BacktestModel", "BacktestConcurrency", "BacktestHashing", "BacktestColumnar", "CZlib",
                "CZstd",
            ]
        ),
        module(
            "BacktestRules",
            ["BacktestModel", "BacktestConcurrency", "BacktestExpressions", "BacktestMarketData", "CKernels"]
        ),
        module("BacktestStatistics", ["BacktestRandom", "CKernels"]),
        module("BacktestEvents"),
        module("BacktestMetrics", ["BacktestEvents", "CKernels"]),
        module(
            "BacktestTracing",
            ["BacktestModel", "BacktestConcurrency", "BacktestEvents", "CISAL", "CZlib", "CZstd"]
        ),
        module("BacktestTraceSQLite", ["BacktestModel", "BacktestEvents", "BacktestTracing", "CSQLite"]),
        module(
            "BacktestTraceParquet",
            ["BacktestModel", "BacktestEvents", "BacktestTracing", "BacktestColumnar"]
        ),
        module(
            "BacktestEngine",
            ["BacktestModel", "BacktestEvents", "BacktestMarketData", "CKernels"]
        ),
        module("BacktestResults", ["BacktestModel", "BacktestMetrics", "BacktestStatistics"]),
        module(
            "BacktestSweep",
            [
                "BacktestModel", "BacktestConcurrency", "BacktestExpressions", "BacktestMarketData",
                "BacktestRules", "BacktestEvents", "BacktestMetrics", "BacktestTracing",
                "BacktestTraceSQLite", "BacktestTraceParquet",
                "BacktestEngine", "BacktestResults", "BacktestHashing", "BacktestHTTP", "BacktestStatistics",
                "CMalloc",
            ]
        ),
        module(
            "BacktestReports",
            [
                "BacktestModel", "BacktestExpressions", "BacktestMetrics", "BacktestResults",
                "BacktestStatistics",
            ]
        ),
        module(
            "BacktestSQL",
            [
                "BacktestModel", "BacktestColumnar", "BacktestMetrics", "BacktestTracing",
                "BacktestTraceParquet", "BacktestResults", "BacktestSweep", "BacktestReports",
            ]
        ),
        module(
            "BacktestConfiguration",
            [
                "BacktestModel", "BacktestExpressions", "BacktestYAML",
                "BacktestHashing", "BacktestColumnar", "BacktestMarketData",
                "BacktestRules",
                "BacktestEvents", "BacktestMetrics", "BacktestTracing", "BacktestEngine", "BacktestSweep",
            ]
        ),
        module(
            "BacktestCommands",
            [
                "BacktestModel", "BacktestConcurrency", "BacktestExpressions", "BacktestYAML",
                "BacktestHashing", "BacktestMarketData",
                "BacktestRules",
                "BacktestEvents", "BacktestMetrics", "BacktestTracing", "BacktestEngine",
                "BacktestConfiguration", "BacktestSweep", "BacktestResults", "BacktestReports",
                "BacktestHTTP", "BacktestColumnar", "BacktestSQL", "BacktestStatistics",
                "CLibYAML", "CZlib", "CZstd", "CCrypto", "CISAL", "CSQLite",
            ]
        ),
        module("BacktestTestKit", []),

        // Executables.
        .executableTarget(name: "admf", dependencies: ["BacktestCommands"], swiftSettings: strict),
        .executableTarget(
            name: "backtest-fuzz",
            dependencies: [
                "BacktestConfiguration", "BacktestExpressions", "BacktestYAML", "BacktestMarketData",
                "BacktestRules", "BacktestResults", "BacktestSweep", "BacktestModel",
            ],
            swiftSettings: strict
        ),

        .executableTarget(name: "backtest-bench", swiftSettings: strict),

        // Tests.
        tests("BacktestModelTests", ["BacktestModel"]),
        tests("BacktestExpressionsTests", ["BacktestExpressions", "BacktestTestKit"]),
        tests("BacktestYAMLTests", ["BacktestYAML"]),
        tests("BacktestSearchTests", ["BacktestSearch", "BacktestRandom"], exclude: ["Fixtures"]),
        tests("BacktestRandomTests", ["BacktestRandom"], exclude: ["Fixtures"]),
        tests(
            "BacktestStatisticsTests",
            ["BacktestStatistics", "BacktestRandom"],
            exclude: ["Fixtures"]
        ),
        tests("BacktestColumnarTests", ["BacktestColumnar", "BacktestTestKit"]),
        tests(
            "BacktestMarketDataTests",
            [
                "BacktestMarketData", "BacktestModel", "BacktestHashing", "BacktestColumnar",
                "BacktestTestKit", "CZlib", "CZstd",
            ],
            exclude: ["Fixtures"]
        ),
        tests(
            "BacktestRulesTests",
            [
                "BacktestRules", "BacktestExpressions", "BacktestMarketData", "BacktestModel",
                "CKernels",
            ],
            exclude: ["Fixtures"]
        ),
        tests(
            "BacktestEngineTests",
            [
                "BacktestEvents"
            ]
        ),
        tests(
            "BacktestMetricsTests",
            ["BacktestMetrics", "BacktestEvents", "BacktestTestKit"]
        ),
        tests(
            "BacktestConfigurationTests",
            [
                "BacktestConfiguration", "BacktestSweep", "BacktestEngine",
                "BacktestTracing", "BacktestYAML", "BacktestModel", "BacktestRules", "BacktestEvents",
                "BacktestMarketData", "BacktestMetrics",
            ],
            exclude: ["Fixtures"]
        ),
        tests(
            "BacktestResultsTests",
            ["BacktestResults", "BacktestMetrics", "BacktestModel"],
            exclude: ["Golden"]
        ),
        tests(
            "BacktestTracingTests",
            [
                "BacktestTracing", "BacktestTraceSQLite", "BacktestTraceParquet", "BacktestEvents",
                "BacktestModel", "BacktestEngine", "BacktestColumnar",
                "BacktestConcurrency",
            ],
            resources: [.copy("Golden")]
        ),
        tests(
            "BacktestReportsTests",
            [
                "BacktestReports", "BacktestResults", "BacktestMetrics", "BacktestModel",
                "BacktestExpressions", "BacktestStatistics",
            ],
            exclude: ["Golden"]
        ),
        tests(
            "BacktestCommandsTests",
            [
                "BacktestCommands", "BacktestSweep", "BacktestEngine", "BacktestModel", "BacktestRules",
                "BacktestMetrics", "BacktestResults", "BacktestColumnar", "BacktestConcurrency",
                "BacktestTracing", "BacktestTestKit", "admf",
            ],
            exclude: ["Golden"]
        ),
        tests(
            "ReferenceEngineTests",
            [
                "BacktestModel", "BacktestEvents", "BacktestEngine", "BacktestMetrics", "BacktestMarketData",
                "BacktestSweep", "BacktestResults",
            ],
            exclude: ["Fixtures"]
        ),
        tests(
            "BacktestSweepTests",
            [
                "BacktestSweep", "BacktestModel", "BacktestEvents", "BacktestEngine", "BacktestMetrics",
                "BacktestMarketData", "BacktestTracing", "BacktestResults", "BacktestTestKit",
                "BacktestExpressions",
            ]
        ),
        tests("TidyTests", []),

        // Tests of the built program: they run it as a user does.
        .target(name: "ProgramTestKit", path: "Tests/ProgramTestKit", swiftSettings: strict),
        tests(
            "ExampleTests",
            ["ProgramTestKit", "admf", "BacktestConfiguration", "BacktestSweep", "BacktestYAML"]
        ),
        tests("FaultTests", ["ProgramTestKit", "admf"]),
        tests("DeterminismTests", ["ProgramTestKit", "admf"]),
        tests("BlackBoxTests", ["ProgramTestKit", "admf"], exclude: ["Fixtures"]),
        tests("GateTests", ["ProgramTestKit"], exclude: ["thresholds.json"]),
        tests("BenchTests", ["ProgramTestKit", "admf", "backtest-bench"]),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .c11
)
