import NIOCore
import NIOHTTP1

/// The body of a POST while it arrives: counted in bytes before it is kept, read into packets as they become whole.
struct PostReader {
    private var decoder = EnginePayloadDecoder()
    private var packets: [EnginePacket] = []
    private var outcome: EngineConnection.PostBody?
    private var bytesLeft: Int

    /// - Parameter bytesMax: `maxPayload`.
    init(head: HTTPRequestHead, bytesMax: Int) {
        self.bytesLeft = bytesMax
        // Version 4 has no binary polling bodies; before engine.io 6.6.7 such a request was never answered
        // (CVE-2026-59725).
        if head.headers["content-type"].contains(where: { $0.lowercased().hasPrefix("application/octet-stream") }) {
            self.outcome = .unreadable
        } else if let length = head.headers.first(name: "content-length").flatMap({ Int($0) }), length > bytesMax {
            self.outcome = .tooLarge
        }
    }

    mutating func append(_ chunk: ByteBuffer) {
        guard self.outcome == nil else { return }
        self.bytesLeft -= chunk.readableBytes
        guard self.bytesLeft >= 0 else { return self.settle(.tooLarge) }
        do {
            self.packets += try self.decoder.append(chunk)
            if self.packets.count >= EngineLimits.packetsPerPayloadMax { self.settle(.unreadable) }
        } catch {
            self.settle(.unreadable)
        }
    }

    func finish() -> EngineConnection.PostBody {
        if let outcome { return outcome }
        var decoder = self.decoder
        do { return .packets(self.packets + [try decoder.finish()]) } catch { return .unreadable }
    }

    private mutating func settle(_ outcome: EngineConnection.PostBody) {
        self.outcome = outcome
        self.packets = []
        self.decoder = EnginePayloadDecoder()
    }
}
