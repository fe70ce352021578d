import TelemetryCore
import Testing

@testable import Ingest

@Suite struct MQTTBatchTests {
    private let inbox = MQTTInbox(clock: WallClock { Timestamp(milliseconds: 1_763_717_286_000) })

    private func append(_ topic: String, _ payload: String) {
        Array(topic.utf8).withUnsafeBytes { topic in
            Array(payload.utf8).withUnsafeBytes { self.inbox.append(topic: topic, payload: $0, isRetained: false) }
        }
    }

    private func decoded() -> MQTTBatch {
        var batch = MQTTBatch(router: TopicRouter(templates: TopicTemplate.defaults))
        batch.decode(self.inbox)
        return batch
    }

    @Test func refusesATopicThatIsTooLongAndKeepsLittleOfIt() {
        let level = Limits.topicBytesMax - "machines/a/".utf8.count
        self.append("machines/a/" + String(repeating: "x", count: level), "1")
        self.append("machines/a/" + String(repeating: "x", count: level + 1), "1")
        self.append("machines/a/" + String(repeating: "x", count: 60_000), "1")
        #expect(self.inbox.messages.map(\.topic.count).max() == Limits.topicBytesMax)
        let batch = self.decoded()
        #expect(batch.readings.isEmpty)
        #expect(batch.rejections.map(\.reason) == [.badMetricName, .tooLarge, .tooLarge])
        #expect(batch.rejections.last?.remedy.hasPrefix("the topic has 60011 bytes, 1024 are allowed") == true)
        #expect(batch.rejections.map(\.source.utf8.count).max() == TelemetryCore.Limits.rejectionSourceBytesMax)
    }

    /// So that its ledger counts it, also where nothing of the payload could be read.
    @Test func namesTheMachineOfTheTopicInEachRejection() {
        self.append("machines/a/telemetry", "no JSON")
        self.append("machines/b/rpm", "fast")
        self.append("machines/c/status", "perhaps")
        self.append("machines/d/telemetry", String(repeating: " ", count: Limits.payloadBytesMax + 1))
        self.append("machines/-/telemetry", "1")
        let batch = self.decoded()
        #expect(batch.rejections.map(\.machine?.name) == ["a", "b", "c", "d", nil])
    }

    /// Whatever pieces they were submitted in: each rejection has the topic and payload of its message.
    @Test func tellsWhichMessageTheWriterRefused() throws {
        self.append("machines/a/rpm", "1")
        self.append("machines/b/telemetry", #"[{"rpm":2},{"rpm":"x"},{"rpm":3},{"rpm":4}]"#)
        self.append("machines/b/rpm", "5")
        var batch = self.decoded()
        #expect(batch.readings.map(\.metrics.rpm) == [1, 2, 3, 4, 5])
        func refusals(_ indices: [Int]) -> [ReadingWriter.Receipt.Refusal] {
            indices.map { .init(index: $0, reason: .tooManyMachines, remedy: "no room") }
        }
        batch.takeRefusals(refusals([1, 2]), from: 0, of: self.inbox)
        batch.takeRefusals(refusals([0, 1]), from: 3, of: self.inbox)
        #expect(batch.rejections.map(\.reason) == [.noNumber] + Array(repeating: .tooManyMachines, count: 3))
        #expect(batch.rejections.map(\.count) == [1, 2, 1, 1])
        let sources = ["machines/b/telemetry", "machines/b/telemetry", "machines/b/telemetry", "machines/b/rpm"]
        #expect(batch.rejections.map(\.source) == sources)
        #expect(batch.rejections.last?.excerpt == [UInt8(ascii: "5")])
        #expect(batch.rejections.map(\.machine?.name) == ["b", "b", "b", "b"])
        #expect(batch.refusedCount == 5)
        batch.decode(self.inbox)
        #expect(batch.refusedCount == 1)
    }

    @Test func aBrokerMayAnswerAsOftenAsItLikes() {
        for identifier in 0..<Int32(Limits.grantedAnswersMax * 2) {
            self.inbox.noteSubscriptionAnswer(identifier, identifier % 3 == 0 ? 128 : 1)
        }
        #expect(!self.inbox.isEmpty)
        let answers = self.inbox.takeSubscriptionAnswers()
        #expect(answers.count == Limits.grantedAnswersMax)
        #expect(answers[0] == 128 && answers[1] == 1)
        #expect(self.inbox.isEmpty)
        self.inbox.noteSubscriptionAnswer(7, 1)
        self.inbox.startConnection(clientID: "x")
        #expect(self.inbox.isEmpty)
    }
}
