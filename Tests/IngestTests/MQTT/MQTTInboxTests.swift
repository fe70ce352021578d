import TelemetryCore
import Testing

@testable import Ingest

@Suite struct MQTTInboxTests {
    private let inbox = MQTTInbox(clock: WallClock { Timestamp(milliseconds: 0) })

    private func log(_ line: String) { line.withCString { self.inbox.noteDebug($0) } }

    @Test func readsTheDUPFlagFromTheLog() {
        self.inbox.startConnection(clientID: "gw received PUBLISH (d1")
        let client = "Client gw received PUBLISH (d1"
        self.log("\(client) received PUBLISH (d0, q1, r0, m1, 'a', ... (5 bytes))")
        #expect(!self.inbox.takeRedelivered(qos: 1))
        self.log("\(client) received PUBLISH (d1, q1, r0, m1, 'a', ... (5 bytes))")
        #expect(self.inbox.takeRedelivered(qos: 1))
        // Each flag is for one message. A message of QoS 0 is never sent again.
        #expect(!self.inbox.takeRedelivered(qos: 1))
        self.log("\(client) received PUBLISH (d1, q0, r0, m0, 'a', ... (5 bytes))")
        #expect(!self.inbox.takeRedelivered(qos: 0))
    }

    @Test(arguments: ["", "Client", "Client gw", "Client gw received PUBLISH (d", "Client gw sending PUBACK (m1, rc0)"])
    func looksAtNoOtherLine(line: String) {
        self.inbox.startConnection(clientID: "gw")
        self.log(line)
        #expect(!self.inbox.takeRedelivered(qos: 1))
    }

    /// A libmosquitto that does not log it: in a kept session what comes first may be redelivered.
    @Test func withoutTheFlagItMarksTooMuchRatherThanTooLittle() {
        self.inbox.startConnection(clientID: "gw")
        #expect(!self.inbox.takeRedelivered(qos: 1))
        self.inbox.noteConnectionAnswer(code: 0, isSessionPresent: true, words: nil)
        var marked = 0
        for _ in 0..<Limits.inFlightMessagesMax + 10 where self.inbox.takeRedelivered(qos: 1) { marked += 1 }
        #expect(marked == Limits.inFlightMessagesMax)
        #expect(!self.inbox.takeRedelivered(qos: 0))
    }

    @Test func aNewConnectionForgetsAllAnswers() {
        self.inbox.noteConnectionAnswer(code: 5, isSessionPresent: true, words: "no")
        self.inbox.noteDisconnect(code: 142, words: nil)
        self.inbox.noteRefusedPublication(135)
        self.inbox.tls.note("OpenSSL Error[0]: x") { nil }
        self.inbox.startConnection(clientID: "gw")
        #expect(self.inbox.connectionAnswer == nil && self.inbox.disconnect == nil)
        #expect(!self.inbox.isSessionPresent && self.inbox.takeRefusedPublication() == nil)
        #expect(self.inbox.tls.diagnosis == nil)
    }
}
