// swift-tools-version: 6.2

import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

// A package of its own, so that nobody who builds telemetryd builds this. The sources it measures are linked into it
// (Sources/StoreBenchmark/Core, Sources/TelemetryCore, Sources/Ingest), not imported: no other package may see them.
let package = Package(
    name: "telemetryd-benchmarks",
    dependencies: [
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: [
        .executableTarget(
            name: "StoreBenchmark",
            dependencies: [
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "TelemetryCore",
            dependencies: [
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
            ],
            exclude: ["TelemetryCore.docc"],
            swiftSettings: strict
        ),
        .target(name: "Ingest", dependencies: ["TelemetryCore"], swiftSettings: strict),
        .executableTarget(
            name: "CodecBenchmark",
            dependencies: ["Ingest", "TelemetryCore"],
            swiftSettings: strict
        ),
    ],
    swiftLanguageModes: [.v6]
)
