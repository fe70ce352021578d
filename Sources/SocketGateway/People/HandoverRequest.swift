import HTTPTypes
package import NIOCore
import SocketIO
package import TelemetryCore

/// The body of `POST /api/handover`, checked.
package struct HandoverRequest: Equatable, Sendable {
    package let text: String
    package let machine: MachineID?
    package let by: String

    /// Reads `{"text":…,"machine":…,"by":…}`; only the text must be there.
    package init(_ body: ByteBuffer) throws(Problem) {
        guard let object = try? JSONReader.value(of: body).objectValue else {
            throw Problem(.badRequest, "The body must be a JSON object like {\"text\":\"check the seal\"}.")
        }
        let text = object["text"]?.stringValue.flatMap(ChatText.message)
        guard let text, text.utf8.count <= Limits.handoverTextBytesMax else {
            throw Problem(.badRequest, "\"text\" must be text of 1 to \(Limits.handoverTextBytesMax) bytes.")
        }
        self.text = text
        self.by = try Self.name(object["by"])
        guard let value = object["machine"], !value.isNull else {
            self.machine = nil
            return
        }
        guard let machine = value.stringValue.flatMap({ MachineID($0) }) else {
            throw Problem(.badRequest, "\"machine\" must be a machine's name.")
        }
        self.machine = machine
    }

    /// The body of `POST /api/handover/{id}/done`: `{"by":…,"done":true}`, both of which may be missing, like all of
    /// it.
    package static func done(_ body: ByteBuffer) throws(Problem) -> (by: String, isDone: Bool) {
        if body.readableBytes == 0 { return (ChatText.guestName, true) }
        guard let object = try? JSONReader.value(of: body).objectValue else {
            throw Problem(.badRequest, "The body must be a JSON object like {\"by\":\"Kim\"}, or empty.")
        }
        let by = try Self.name(object["by"])
        guard let value = object["done"], !value.isNull else { return (by, true) }
        guard let isDone = value.boolValue else { throw Problem(.badRequest, "\"done\" must be true or false.") }
        return (by, isDone)
    }

    private static func name(_ value: SocketValue?) throws(Problem) -> String {
        guard let value, !value.isNull else { return ChatText.guestName }
        guard let name = value.stringValue.flatMap(ChatText.userName) else {
            throw Problem(
                .badRequest,
                "\"by\" must be a name of 1 to \(Limits.userNameBytesMax) bytes on one line, and not \"Server\"."
            )
        }
        return name
    }
}
