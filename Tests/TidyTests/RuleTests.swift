import Testing

/// Every rule catches what it is there for, at the right line, and leaves its lawful neighbour alone.
@Suite struct RuleTests {
    struct Offender: Sendable, CustomStringConvertible {
        let rule: String
        let path: String
        /// Source with exactly one violation of the rule.
        let text: String
        /// The line of that violation.
        let line: Int
        /// Source that looks alike and is lawful.
        let lawful: String

        var description: String { rule }
    }

    static let offenders: [Offender] = [
        Offender(
            rule: "forced try",
            path: "Sources/Ingest/A.swift",
            text: "let a = 1\nlet b = try! f()",
            line: 2,
            lawful: "let b = try f() // never try! here\nlet c = \"try!\""
        ),
        Offender(
            rule: "fatal error",
            path: "Sources/Ingest/A.swift",
            text: "fatalError()",
            line: 1,
            lawful: "preconditionFailure()"
        ),
        Offender(
            rule: "detached task",
            path: "Tests/IngestTests/A.swift",
            text: "\nTask.detached { }",
            line: 2,
            lawful: "Task { }"
        ),
        Offender(
            rule: "print",
            path: "Sources/Ingest/A.swift",
            text: "print(a)",
            line: 1,
            lawful: "blueprint(a)\nlogger.print(a)"
        ),
        Offender(
            rule: "sleep in a Swift test",
            path: "Tests/IngestTests/A.swift",
            text: "let a = 1\ntry await Task.sleep(for: .seconds(1))",
            line: 2,
            lawful: "func sleep(until deadline: Instant) async {}\nclock.advance()"
        ),
        Offender(
            rule: "sleep in a Swift test",
            path: "Tests/IngestTests/A.swift",
            text: "usleep(10)",
            line: 1,
            lawful: "let usleepless = 1"
        ),
        Offender(
            rule: "sleep in a Python test",
            path: "Tests/EndToEnd/a.py",
            text: "import time\ntime.sleep(1)",
            line: 2,
            lawful: "condition.wait_for(lambda: done, timeout=5)"
        ),
        Offender(
            rule: "sleep in a Python test",
            path: "Tests/EndToEnd/a.py",
            text: "page.wait_for_timeout(100)",
            line: 1,
            lawful: "page.wait_for_function('1')"
        ),
        Offender(
            rule: "unchecked concurrency without a reason",
            path: "Sources/Ingest/A.swift",
            text: "final class A: @unchecked Sendable {}",
            line: 1,
            lawful: "// Guarded by `lock`.\n@frozen\npublic final class A: @unchecked Sendable {}"
        ),
        Offender(
            rule: "unchecked concurrency without a reason",
            path: "Sources/Ingest/A.swift",
            text: "// Far away.\n\nnonisolated(unsafe) var a = 1",
            line: 3,
            lawful: "/* Only the loop touches it. */\nnonisolated(unsafe) var a = 1"
        ),
        Offender(
            rule: "long line",
            path: "Tests/IngestTests/A.swift",
            text: "\n//" + String(repeating: "x", count: 119),
            line: 2,
            lawful: String(repeating: "x", count: 120)
        ),
        Offender(
            rule: "long function",
            path: "Sources/Ingest/A.swift",
            text: "struct A {\n    func a(\n        b: Int\n    ) {\n" + String(repeating: "f { }\n", count: 70)
                + "    }\n}",
            line: 2,
            lawful: "func a() {\n" + String(repeating: "f()\n", count: 68) + "}\nfunc b() {}"
        ),
        Offender(
            rule: "long file",
            path: "Sources/Ingest/A.swift",
            text: String(repeating: "let a = 1\n", count: 400),
            line: 401,
            lawful: String(repeating: "let a = 1\n", count: 399)
        ),
        Offender(
            rule: "telemetry words in SocketIO",
            path: "Sources/SocketIO/Server/A.swift",
            text: "struct A {}\nlet id: MachineID",
            line: 2,
            lawful: "struct SessionStateMachine {} // as telemetry needs it"
        ),
        Offender(
            rule: "arrows between targets",
            path: "Sources/SocketGateway/A.swift",
            text: "import TelemetryCore\nimport Ingest",
            line: 2,
            lawful: "package import TelemetryCore\nimport SocketIO"
        ),
        Offender(
            rule: "arrows between targets",
            path: "Sources/SocketIO/A.swift",
            text: "private import struct TelemetryCore.Reading",
            line: 1,
            lawful: "import NIOCore // not TelemetryCore"
        ),
        Offender(
            rule: "libraries kept by one target",
            path: "Sources/SocketIO/A.swift",
            text: "public import HummingbirdCore",
            line: 1,
            lawful: "import NIOHTTP1"
        ),
        Offender(
            rule: "pure protocol core",
            path: "Sources/SocketIO/EngineIO/A.swift",
            text: "import NIOCore\nimport NIOPosix",
            line: 2,
            lawful: "import NIOCore"
        ),
    ]

    @Test("Each rule catches its offender", arguments: offenders)
    func ruleCatches(_ offender: Offender) throws {
        let rule = try #require(Rule.all.first { $0.name == offender.rule })
        let caught = rule.check(SourceFile(path: offender.path, text: offender.text))
        #expect(caught.map(\.line) == [offender.line])
        #expect(caught.allSatisfy { $0.path == offender.path && !$0.message.isEmpty })
        #expect(rule.check(SourceFile(path: offender.path, text: offender.lawful)).isEmpty)
    }

    @Test(
        "A file name that says nothing is caught",
        arguments: ["SessionManager", "StringUtils", "TestHelpers", "Common"])
    func nameIsCaught(_ name: String) throws {
        let rule = try #require(Rule.all.first { $0.name == "file name that says nothing" })
        #expect(rule.check(SourceFile(path: "Sources/Ingest/\(name).swift", text: "")).count == 1)
        #expect(rule.check(SourceFile(path: "Sources/Ingest/TopicTemplate.swift", text: "")).isEmpty)
    }

    @Test func everyRuleHasAnOffender() {
        let proven = Set(Self.offenders.map(\.rule)).union(["file name that says nothing"])
        #expect(Rule.all.map(\.name).filter { !proven.contains($0) } == [])
    }

    @Test func generatedFilesAreCaught() {
        let bad = [
            "Package.resolved", ".build/debug/a", ".build-other/x", ".venv/bin/python",
            "Tests/EndToEnd/__pycache__/a.pyc",
            "telemetry.sqlite", "public/vendor/a.js", "public/socket.io.min.js", "node_modules/a/index.js",
        ]
        #expect(Rule.generatedFiles(among: bad).map(\.path) == bad)
        let good = [
            "Package.swift", "public/socketio-client.js", ".swift-format", "Sources/SocketIO/Server/Server.swift",
        ]
        #expect(Rule.generatedFiles(among: good).isEmpty)
    }

    @Test func functionsAreMeasured() {
        let text = """
            protocol P {
                func requirement(a: Int) -> Int
                init(b: Int)
            }
            struct S: P {
                func requirement(a: Int = { 1 }()) -> Int
                where Int: Sendable {
                    a
                }
                init(b: Int) { self.init() }
                deinit {
                }
            }
            """
        let spans = FunctionSpan.all(in: SourceFile(path: "A.swift", text: text))
        #expect(spans.map(\.firstLine) == [6, 10, 11])
        #expect(spans.map(\.lineCount) == [4, 1, 2])
    }

    @Test func commentsAndStringsAreBlanked() {
        let text = #"""
            a /* b /* c */ d */ e // f
            g "h \(i("j")) k" l #"m " n \(o)"# p
            q """
            r
            """ s #/"/# t
            """#
        let code = SourceFile(path: "A.swift", text: text).code
        let kept = code.map { $0.filter { !$0.isWhitespace } }
        #expect(kept == ["ae", "glp", "q", "", "st"])
        #expect(code.map(\.count) == text.split(separator: "\n").map(\.count))
    }
}
