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
    private let broker: BrokerURL
    private let version: MQTTVersion
    private let handle: OpaquePointer
    /// Whether to take the connection once it stands; not with TLS, which is libmosquitto's.
    private let takesStream: Bool
    /// The connection, when we have it.
    private var stream: BrokerStream?

    init(clientID: String, configuration: MQTTSource.Configuration, inbox: MQTTInbox) throws(Failure) {
        guard Self.libraryResult == 0 else { throw Failure(code: Self.libraryResult) }
        // Unsafe: the pointer is not retained. The handle that carries it is destroyed in deinit, before `inbox` is
        // released, and callbacks only run inside our own calls on this thread.
        let context = Unmanaged.passUnretained(inbox).toOpaque()
        guard let handle = mosquitto_new(clientID, false, context) else { throw Failure(code: MOSQ_ERR_ERRNO.code) }
        self.inbox = inbox
        self.broker = configuration.broker
        self.version = configuration.version
        self.handle = handle
        self.takesStream = configuration.readsDirectly && !configuration.broker.usesTLS
        inbox.startConnection(clientID: clientID)
        // Before everything else: what follows may have something to say.
        self.setCallbacks()
        // Keeps PUBACKs queued until write(); no thread is started by it.
        try self.check(mosquitto_threaded_set(handle, true))
        switch configuration.version {
        case .v311:
            try self.check(mosquitto_int_option(handle, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V311))
        case .v5:
            try self.check(mosquitto_int_option(handle, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V5))
            try self.check(mosquitto_int_option(handle, MOSQ_OPT_RECEIVE_MAXIMUM, Limits.receiveMaximum))
        }
        if let user = configuration.user {
            try self.check(mosquitto_username_pw_set(handle, user, configuration.password))
        }
        if let id = configuration.gatewayID {
            let will = MQTTLoop.offline
            try self.check(mosquitto_will_set(handle, id.stateTopic, Int32(will.count), will, 1, true))
        }
        if configuration.broker.usesTLS { try self.setTLS(configuration.tls) }
    }

    // mosquitto_destroy closes the socket as it is: without DISCONNECT, without what is queued.
    deinit { mosquitto_destroy(self.handle) }

    /// The host's name is checked against the broker's certificate by default.
    private func setTLS(_ files: TLSFiles) throws(Failure) {
        if files.authorities == nil {
            try self.check(mosquitto_int_option(self.handle, MOSQ_OPT_TLS_USE_OS_CERTS, 1))
            guard files.certificate != nil else { return }
        }
        // libmosquitto wants authorities together with a certificate; the system's are loaded in any case.
        let directory = files.authorities == nil ? Limits.systemCertificatesPath : nil
        // For an encrypted key OpenSSL would ask on a terminal: an empty password fails instead.
        try self.check(
            mosquitto_tls_set(self.handle, files.authorities, directory, files.certificate, files.key) { _, _, _, _ in 0
            })
    }

    /// Starts the TCP connection; the rest happens in `read` and `write`. Blocks for the name server's answer.
    func connect() throws(Failure) {
        if self.version == .v5 { try self.stageProperties() }
        let port = Int32(self.broker.port)
        try self.check(mosquitto_connect_async(self.handle, self.broker.host, port, Limits.keepAliveSeconds))
    }

    /// Properties for CONNECT. libmosquitto takes them in its blocking call only, which may take minutes for a host
    /// that does not answer. But it stores them before it looks at the host: without one it goes no further, and the
    /// non-blocking call after it sends them.
    private func stageProperties() throws(Failure) {
        var properties: OpaquePointer?
        defer { mosquitto_property_free_all(&properties) }
        for (property, value) in [
            (MQTT_PROP_SESSION_EXPIRY_INTERVAL, Limits.sessionExpirySeconds),
            (MQTT_PROP_MAXIMUM_PACKET_SIZE, Limits.packetBytesMax),
        ] {
            try self.check(mosquitto_property_add_int32(&properties, Int32(property.rawValue), value))
        }
        let port = Int32(self.broker.port)
        let code = mosquitto_connect_bind_v5(self.handle, nil, port, Limits.keepAliveSeconds, nil, properties)
        guard code == MOSQ_ERR_INVAL.code else { throw Failure(code: code) }
    }

    /// -1 when there is none.
    var socket: Int32 {
        let socket = mosquitto_socket(self.handle)
        return socket < 0 ? socket : self.stream?.descriptor ?? socket
    }

    /// A TLS handshake is (or may be) under way: CONNACK has not come yet.
    var isShakingHands: Bool { self.broker.usesTLS && !self.isAccepted }

    /// The socket's pending error (SO_ERROR), 0 for none. Asking clears it.
    func takeSocketError() -> Int32 {
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(self.socket, SOL_SOCKET, SO_ERROR, &code, &length) == 0 ? code : errno
    }

    /// Messages have come already that the inbox had no room for: `read` without waiting.
    var isBehind: Bool { self.stream?.isBehind ?? false }

    /// True while something is queued.
    var wantsWrite: Bool { self.stream?.wantsWrite ?? false || mosquitto_want_write(self.handle) }

    /// Reads at least one packet if one is there, and runs the callbacks. True: more may be there.
    func read() throws(Failure) -> Bool {
        if let stream = self.stream { return try self.read(stream) }
        let hadAnswer = self.inbox.connectionAnswer != nil
        try self.check(mosquitto_loop_read(self.handle, 1))
        // One packet was read, and it was this: none is half read.
        if self.takesStream, !hadAnswer, self.inbox.connectionAnswer?.code == 0 {
            self.stream = BrokerStream(taking: mosquitto_socket(self.handle), version: self.version)
        }
        return Self.hasInput(self.socket)
    }

    /// Sends what is queued, as far as the socket takes it.
    func write() throws(Failure) {
        guard let stream = self.stream else { return try self.check(mosquitto_loop_write(self.handle, 1)) }
        try stream.collect { () throws(Failure) -> Bool in
            guard mosquitto_want_write(self.handle) else { return false }
            try self.check(mosquitto_loop_write(self.handle, 1))
            return mosquitto_want_write(self.handle)
        }
        guard stream.send() else { throw Self.lost() }
    }

    /// Keep-alive; once a second.
    func keepAlive() throws(Failure) { try self.check(mosquitto_loop_misc(self.handle)) }

    /// Queues one SUBSCRIBE with QoS 1 (docs/decisions/0003); gives the identifier its answer will have.
    func subscribe(_ filter: String) throws(Failure) -> Int32 {
        var identifier: Int32 = 0
        try self.check(mosquitto_subscribe(self.handle, &identifier, filter, 1))
        return identifier
    }

    func unsubscribe(_ filter: String) throws(Failure) {
        try self.check(mosquitto_unsubscribe(self.handle, nil, filter))
    }

    /// Queues one PUBLISH; libmosquitto copies the payload.
    func publish(_ topic: String, _ payload: [UInt8], qos: Int32, isRetained: Bool) throws(Failure) {
        let count = Int32(payload.count)
        try self.check(mosquitto_publish(self.handle, nil, topic, count, payload, qos, isRetained))
    }

    /// Queues DISCONNECT behind everything else.
    func disconnect() throws(Failure) { try self.check(mosquitto_disconnect(self.handle)) }

    private func read(_ stream: BrokerStream) throws(Failure) -> Bool {
        if !stream.isBehind, !stream.receive() { throw Self.lost() }
        while self.socket >= 0 {
            switch stream.take(into: self.inbox) {
            case .taken: return stream.mayHaveMore
            case .full: return true
            case .foreign:
                let isMessage = stream.passOn()
                repeat {
                    try self.check(mosquitto_loop_read(self.handle, 1))
                } while Self.hasInput(mosquitto_socket(self.handle))
                // Acknowledgements go out in the order of their messages: what is held, then libmosquitto's.
                if isMessage { self.inbox.close() }
            }
        }
        return false
    }

    /// As libmosquitto says it.
    private static func lost() -> Failure {
        errno == 0 || errno == ECONNRESET || errno == EPIPE
            ? Failure(code: MOSQ_ERR_CONN_LOST.code) : Failure(code: MOSQ_ERR_ERRNO.code)
    }

    private static func hasInput(_ socket: Int32) -> Bool {
        guard socket >= 0 else { return false }
        var descriptor = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        return Glibc.poll(&descriptor, 1, 0) > 0
    }

    private func check(_ code: Int32) throws(Failure) {
        guard code == MOSQ_ERR_SUCCESS.code else { throw Failure(code: code) }
    }
}

// MARK: Callbacks

extension MQTTClient {
    private func setCallbacks() {
        mosquitto_connect_v5_callback_set(self.handle) { _, context, code, flags, properties in
            guard let inbox = MQTTClient.inbox(context) else { return }
            let words = MQTTClient.reasonString(properties)
            inbox.noteConnectionAnswer(code: code, isSessionPresent: flags & 1 != 0, words: words)
        }
        mosquitto_disconnect_v5_callback_set(self.handle) { _, context, code, properties in
            // Below 128 it is one of libmosquitto's own errors, which the failed call reports, or our own goodbye.
            guard code >= 128, let inbox = MQTTClient.inbox(context) else { return }
            inbox.noteDisconnect(code: code, words: MQTTClient.reasonString(properties))
        }
        mosquitto_subscribe_v5_callback_set(self.handle) { _, context, identifier, count, granted, properties in
            guard let inbox = MQTTClient.inbox(context), count > 0 else { return }
            // Unsafe: libmosquitto promises `count` integers at `granted` for the time of the callback. One filter per
            // SUBSCRIBE: one answer.
            inbox.noteSubscriptionAnswer(identifier, granted?.pointee ?? 128)
        }
        mosquitto_publish_v5_callback_set(self.handle) { _, context, _, code, _ in
            if code >= 128 { MQTTClient.inbox(context)?.noteRefusedPublication(code) }
        }
        mosquitto_message_callback_set(self.handle) { _, context, message in
            guard let inbox = MQTTClient.inbox(context), let message = message?.pointee else { return }
            guard let topic = message.topic else { return }
            // Unsafe: topic (NUL-terminated) and payload live until the callback returns; both are copied in `append`.
            let topicBytes = UnsafeRawBufferPointer(start: topic, count: strlen(topic))
            let payload = UnsafeRawBufferPointer(start: message.payload, count: Int(message.payloadlen))
            let isRedelivered = inbox.takeRedelivered(qos: message.qos)
            inbox.append(
                topic: topicBytes, payload: payload, isRetained: message.retain, isRedelivered: isRedelivered)
        }
        mosquitto_log_callback_set(self.handle) { handle, context, level, text in
            guard let inbox = MQTTClient.inbox(context), let text else { return }
            if level == MOSQ_LOG_DEBUG {
                inbox.noteDebug(text)
            } else if level == MOSQ_LOG_ERR {
                inbox.tls.note(String(cString: text)) { handle.flatMap(OpenSSLLookup.verification) }
            }
        }
    }

    /// Unsafe: `context` is the inbox given to `mosquitto_new`, alive as argued there.
    private static func inbox(_ context: UnsafeMutableRawPointer?) -> MQTTInbox? {
        context.map { Unmanaged<MQTTInbox>.fromOpaque($0).takeUnretainedValue() }
    }

    /// What the broker says in words (MQTT 5); cut, and without control characters, since it goes to the log.
    private static func reasonString(_ properties: OpaquePointer?) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard let properties else { return nil }
        let property = Int32(MQTT_PROP_REASON_STRING.rawValue)
        // Unsafe: libmosquitto allocates the text with malloc and leaves it to us.
        guard mosquitto_property_read_string(properties, property, &text, false) != nil, let text else { return nil }
        defer { free(text) }
        let bytes = String(cString: text).utf8.prefix(Limits.reasonBytesMax)
        return String(decoding: bytes.filter { $0 >= 0x20 && $0 != 0x7F }, as: UTF8.self)
    }
}

extension mosq_err_t {
    fileprivate var code: Int32 { Int32(self.rawValue) }
}
