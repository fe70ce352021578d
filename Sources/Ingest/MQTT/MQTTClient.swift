import CMosquitto
import Glibc

/// One connection of libmosquitto: made, connected once, thrown away. One thread.
///
/// A new one per attempt, because destroying it is the one certain way to drop acknowledgements that are queued but
/// must not leave: libmosquitto queues a PUBACK before it shows us the message, and with `mosquitto_threaded_set` keeps
/// it until `write()`. The session itself (subscriptions, messages under way) lives in the broker under the client id.
final class MQTTClient {
    /// A call of libmosquitto failed; the description is one line.
    struct Failure: Error, CustomStringConvertible {
        let code: Int32
        let description: String

        init(code: Int32) {
            // errno first: any other call may change it.
            let systemError = errno
            self.code = code
            self.description =
                code == MOSQ_ERR_ERRNO.code
                ? String(cString: strerror(systemError)) : String(cString: mosquitto_strerror(code))
        }
    }

    /// `mosquitto_lib_init` must run once before anything else; a `static let` does.
    private static let libraryResult = mosquitto_lib_init()

    let inbox: MQTTInbox
    /// CONNACK came.
    var isAccepted = false
    private let usesTLS: Bool
    private let handle: OpaquePointer

    init(clientID: String, broker: BrokerURL, inbox: MQTTInbox) throws(Failure) {
        guard Self.libraryResult == 0 else { throw Failure(code: Self.libraryResult) }
        // Unsafe: the pointer is not retained. The handle that carries it is destroyed in deinit, before `inbox` is
        // released, and callbacks only run inside our own calls on this thread.
        let context = Unmanaged.passUnretained(inbox).toOpaque()
        guard let handle = mosquitto_new(clientID, false, context) else { throw Failure(code: MOSQ_ERR_ERRNO.code) }
        self.inbox = inbox
        self.usesTLS = broker.usesTLS
        self.handle = handle
        // Keeps PUBACKs queued until write(); no thread is started by it.
        try self.check(mosquitto_threaded_set(handle, true))
        try self.check(mosquitto_int_option(handle, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V311))
        if let user = broker.user {
            try self.check(mosquitto_username_pw_set(handle, user, broker.password))
        }
        if broker.usesTLS {
            // The system's certificates; the host's name is checked against the broker's certificate by default.
            try self.check(mosquitto_int_option(handle, MOSQ_OPT_TLS_USE_OS_CERTS, 1))
        }
        self.setCallbacks()
    }

    // mosquitto_destroy closes the socket as it is: without DISCONNECT, without what is queued.
    deinit { mosquitto_destroy(self.handle) }

    /// Starts the TCP connection; the rest happens in `read` and `write`. Blocks for the name server's answer.
    func connect(to broker: BrokerURL) throws(Failure) {
        try self.check(
            mosquitto_connect_async(self.handle, broker.host, Int32(broker.port), Limits.keepAliveSeconds))
    }

    /// -1 when there is none.
    var socket: Int32 { mosquitto_socket(self.handle) }

    /// A TLS handshake is (or may be) under way: CONNACK has not come yet.
    var isShakingHands: Bool { self.usesTLS && !self.isAccepted }

    /// The socket's pending error (SO_ERROR), 0 for none. Asking clears it.
    func takeSocketError() -> Int32 {
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(self.socket, SOL_SOCKET, SO_ERROR, &code, &length) == 0 ? code : errno
    }

    /// True while something is queued.
    var wantsWrite: Bool { mosquitto_want_write(self.handle) }

    /// Reads at least one packet if one is there, and runs the callbacks.
    func read() throws(Failure) { try self.check(mosquitto_loop_read(self.handle, 1)) }

    /// Sends what is queued, as far as the socket takes it.
    func write() throws(Failure) { try self.check(mosquitto_loop_write(self.handle, 1)) }

    /// Keep-alive; once a second.
    func keepAlive() throws(Failure) { try self.check(mosquitto_loop_misc(self.handle)) }

    /// Queues one SUBSCRIBE with QoS 1.
    func subscribe(_ filter: String) throws(Failure) {
        try self.check(mosquitto_subscribe(self.handle, nil, filter, 1))
    }

    func unsubscribe(_ filter: String) throws(Failure) {
        try self.check(mosquitto_unsubscribe(self.handle, nil, filter))
    }

    /// Queues DISCONNECT behind everything else.
    func disconnect() throws(Failure) { try self.check(mosquitto_disconnect(self.handle)) }

    private func check(_ code: Int32) throws(Failure) {
        guard code == MOSQ_ERR_SUCCESS.code else { throw Failure(code: code) }
    }

    private func setCallbacks() {
        mosquitto_connect_callback_set(self.handle) { _, context, code in
            MQTTClient.inbox(context)?.connectionAnswer = code
        }
        mosquitto_subscribe_callback_set(self.handle) { _, context, _, count, granted in
            guard let inbox = MQTTClient.inbox(context) else { return }
            // Unsafe: libmosquitto promises `count` integers at `granted` for the time of the callback.
            inbox.appendSubscriptionAnswer(UnsafeBufferPointer(start: granted, count: Int(count)))
        }
        mosquitto_message_callback_set(self.handle) { _, context, message in
            guard let inbox = MQTTClient.inbox(context), let message = message?.pointee else { return }
            guard let topic = message.topic else { return }
            // Unsafe: topic (NUL-terminated) and payload live until the callback returns; both are copied in `append`.
            let topicBytes = UnsafeRawBufferPointer(start: topic, count: strlen(topic))
            let payload = UnsafeRawBufferPointer(start: message.payload, count: Int(message.payloadlen))
            inbox.append(topic: topicBytes, payload: payload, isRetained: message.retain)
        }
    }

    /// Unsafe: `context` is the inbox given to `mosquitto_new`, alive as argued there.
    private static func inbox(_ context: UnsafeMutableRawPointer?) -> MQTTInbox? {
        context.map { Unmanaged<MQTTInbox>.fromOpaque($0).takeUnretainedValue() }
    }
}

extension mosq_err_t {
    fileprivate var code: Int32 { Int32(self.rawValue) }
}
