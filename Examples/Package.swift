// swift-tools-version: 6.2

import PackageDescription

/// The rules of the library itself: Swift 6 language mode (from the tools version), warnings are errors.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

/// An example is a folder: its server (one Swift file) and its page.
func example(_ name: String, _ dependencies: [Target.Dependency] = [.product(name: "SocketIO", package: "telemetryd")])
    -> Target
{
    .executableTarget(
        name: name, dependencies: ["ExampleHost"] + dependencies, path: name, exclude: ["page"], swiftSettings: strict)
}

let package = Package(
    name: "telemetryd-examples",
    dependencies: [
        // Outside of this repository: .package(url: "…", from: "…")
        .package(name: "telemetryd", path: ".."),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    ],
    targets: [
        .target(
            name: "ExampleHost",
            dependencies: [
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "SocketIO", package: "telemetryd"),
            ],
            path: "ExampleHost",
            exclude: ["page"],
            swiftSettings: strict
        ),
        example(
            "websocket-echo",
            [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOWebSocket", package: "swift-nio"),
            ]),
        example("echo"),
        example("broadcast-chat"),
        example("namespace-chat"),
        example("room-chat"),
        example("machine-dashboard"),
        example("chat-tutorial"),
        example("remote-control"),
    ],
    swiftLanguageModes: [.v6]
)
