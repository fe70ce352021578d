/// Every bound of this target, with its unit and the arithmetic that chose it.
package enum Limits {
    // MARK: Payloads

    /// Bytes of one payload (interface section 3). 64 KiB hold about 500 readings of 120 bytes, or 8,191 of `{"a":1},`:
    /// this bounds the readings of an array, too.
    package static let payloadBytesMax = 64 * 1024
    /// Nested containers in one payload (interface section 3). The deepest form we read has three.
    package static let depthMax = 16
    /// Refusals written down per payload: an array of 500 bad elements must not push everything else out of the
    /// log's 200 places. Beyond it only the first of each further reason is; all are counted.
    package static let refusalsPerPayloadMax = 8
    /// Bytes of a sender's key that a remedy shows: as long as a metric's name may be.
    package static let shownKeyBytesMax = 32

    /// Bytes of a unit's symbol in a payload: the longest we know, `lbf·ft`, has seven.
    package static let unitBytesMax = 32
    /// Pairs of machine and name that were hinted at as nearly `rpm`, `torque` or `pressure`. 4,096 x about 100 bytes;
    /// 1,000 machines of one maker make the same mistake 1,000 times.
    package static let unchartedNamesMax = 4096

    // MARK: Texts of many lines

    /// Bytes of one line of NDJSON, CSV or line protocol: as long as a payload may be.
    package static let textLineBytesMax = payloadBytesMax
    /// Readings of one body: 10,000 x 200 bytes = 2 MB in memory, ten thousand seconds of a machine at 1 Hz.
    package static let textLinesMax = 10_000
    /// Columns of a table: 64 extra metrics are kept; wide exports of other programs have hundreds that are no numbers.
    package static let columnsMax = 1024
    /// Items of an event table whose metric is remembered. 1,024 x about 100 bytes.
    package static let itemsRememberedMax = 1024

    // MARK: Recordings

    /// Largest speed of a recording besides flat out.
    package static let replaySpeedMax: Double = 100
    /// Time between two readings of a recording that has no times.
    package static let replayIntervalDefault: Duration = .seconds(1)
    /// Bytes of a recording that are read at once.
    package static let replayChunkBytes = 256 * 1024
    /// Lines of a recording that are put in order at once, 32 bytes each: 64 MiB. A longer recording is played in
    /// pieces of this.
    package static let replayIndexLinesMax = 2 * 1024 * 1024
    /// Lines that are looked through before other tasks have a turn: some 20 ms.
    package static let replayLinesPerTurn = 4096
    /// Lines of one submission to the writer.
    package static let replayBatchLines = 1024
    /// A gap in a recording is longer than so many usual steps.
    package static let replayGapSteps: Int64 = 3
    /// Pause before a batch is tried again that found the writer's queue full, and that the database refused.
    package static let replayRetryFull: Duration = .milliseconds(50)
    package static let replayRetryStorage: Duration = .seconds(1)

    // MARK: Topics

    /// Bytes of a topic template; MQTT allows 65,535, no person writes more than a line.
    package static let templateBytesMax = 1024
    /// Bytes of a topic, as long as a template; MQTT allows 65,535, and `+` matches all of them.
    package static let topicBytesMax = 1024
    /// Topics whose route is remembered. 1,000 machines × (telemetry + status + 5 metrics) = 7,000. 8 MiB at worst.
    package static let routesMax = 8192

    /// Machines whose labels are remembered, to say when one changes: as many as routes.
    static let labelledMachinesMax = routesMax

    // MARK: Batches

    /// Messages of one batch, that is of one commit: at 50,000 messages/s 80 ms of them. With a thousand machines a
    /// commit writes a thousand pages, however few readings of each it has.
    package static let batchMessagesMax = 4096
    /// Bytes of the payloads and topics of one batch: 1,024 messages of 1 KiB. One message may overshoot it by its own
    /// 65 KiB.
    package static let batchBytesMax = 1024 * 1024
    /// Bytes read from the broker at once, and of the largest packet that is read past libmosquitto: the largest
    /// payload and its topic, or 900 readings of 145 bytes. Memory is taken only as far as something was written to it.
    static let streamBufferBytes = 128 * 1024
    /// Calls of `mosquitto_loop_read` before the loop looks around: a batch in four pieces per message.
    package static let batchReadsMax = 4 * batchMessagesMax
    /// Time from a commit within which readings of QoS 0 wait for others, to be committed with them: at 500 readings/s
    /// 55 commits a second instead of 500. Below 20 ms, which is what a fleet page may wait: what was gathered the
    /// gateway does not hold again (its `mergeAgeMilliseconds`).
    static let gatherInterval = Duration.milliseconds(18)
    /// Readings of one submission to the writer. 1 MiB of `{"a":1},` are 131,072 readings of about 200 bytes in memory;
    /// in pieces of 4,096 (0.8 MB) the writer's own bound stays the one that counts.
    package static let submissionReadingsMax = 4096

    // MARK: Connection

    /// Bytes of the session file: an id and a thousand filters of 1 KiB. A larger one is not ours.
    package static let sessionBytesMax = 1024 * 1024
    /// Answers to subscriptions that are kept: nobody gives that many templates, and a broker may send any number.
    package static let grantedAnswersMax = 1024

    /// Bytes of a gateway's id: as long as a machine's name, or a host's first label (63).
    static let gatewayIDBytesMax = 64
    /// Time between two health reports of the gateway.
    package static let healthInterval: Duration = .seconds(10)
    /// Machines that a health report names; the rest is summed up. 1,000 × 64 bytes of name make a message of 100 KB.
    static let healthMachinesMax = 1000
    /// Warnings about machines of the same name at different places: one per machine is wanted, a log full of them not.
    static let twoPlacesToldMax = 16
    /// Bytes of the name of a share group; it stands in every subscription.
    static let shareGroupBytesMax = 64
    /// Bytes of a password file: MQTT allows 65,535 bytes of password, tokens that people use have up to 2 KiB.
    package static let secretBytesMax = 4096
    /// Bytes of a certificate or key file. The 140 authorities of a whole system have 220 KB.
    package static let certificateBytesMax = 1024 * 1024
    /// Where Debian, and most others, keep the system's certificate authorities.
    static let systemCertificatesPath = "/etc/ssl/certs"
    /// Log lines of one failed TLS handshake that are kept, and bytes of each: OpenSSL's queue of errors is short, and
    /// the first ones say it.
    static let tlsErrorLinesMax = 8
    static let tlsErrorLineBytesMax = 256
    /// Bytes of a broker's own words that go into the log (MQTT 5).
    static let reasonBytesMax = 128
    /// MQTT 5: seconds that the broker keeps our session without us: for ever (the largest value), as with MQTT 3.1.1.
    /// Whoever wants an end sets it at the broker, where it counts for both.
    static let sessionExpirySeconds = UInt32.max
    /// MQTT 5: messages of QoS 1 that the broker may have under way to us: one batch, so that a commit never waits for
    /// a window.
    static let receiveMaximum = Int32(batchMessagesMax)
    /// MQTT 5: bytes of a packet that the broker may send us; libmosquitto holds a packet whole before we see it. The
    /// broker drops a larger one without a word, so this is well above `payloadBytesMax` (64 KiB), from where on we
    /// refuse it in public. MQTT 3.1.1 has no such bound: set `message_size_limit` at the broker, else one message may
    /// take 256 MB.
    static let packetBytesMax: UInt32 = 1024 * 1024
    /// Messages that can be under way at once: packet identifiers have 16 bits, and 0 is none.
    static let inFlightMessagesMax = 65_535

    /// From opening the TCP connection to the broker's answer to our subscriptions.
    package static let connectTimeout: Duration = .seconds(10)
    /// Pause between two looks at an unfinished TLS handshake. libmosquitto does not say which way it waits, and the
    /// socket is nearly always writable: waiting for that would spin. Twenty looks a second cost nothing.
    package static let handshakePollInterval: Duration = .milliseconds(50)
    /// First pause before a new attempt.
    package static let backoffMin: Duration = .milliseconds(100)
    /// Longest pause: 100 ms doubled six times (6.4 s), cut to what a person waits without doubting.
    package static let backoffMax: Duration = .seconds(5)
    /// A connection that lived this long starts the back-off anew. Twice the longest pause: two gateways that steal the
    /// same client id from each other slow down instead of spinning.
    package static let stableAfter: Duration = .seconds(10)
    /// MQTT keep-alive in seconds: a dead broker is noticed after at most twice this.
    package static let keepAliveSeconds: Int32 = 30
    /// Pause between two calls of `mosquitto_loop_misc` (keep-alive has a resolution of one second).
    package static let housekeepingInterval: Duration = .seconds(1)

    // MARK: Sparkplug

    /// Bytes of one payload. A birth of 4,096 metrics with names of 40 bytes is 250 KB; larger than an ordinary
    /// payload, because a birth cannot be cut in pieces.
    package static let sparkplugPayloadBytesMax = 256 * 1024
    /// Metrics of one message. Decoded, one is about 300 bytes: 1.2 MB.
    package static let sparkplugMetricsMax = 4096
    /// Edge nodes, ever: anybody who may publish can name new ones.
    package static let sparkplugNodesMax = 1000
    /// Nodes and devices together. Each is a machine, of which the store takes as many.
    package static let sparkplugDevicesMax = 10_000
    /// Messages of one node that may wait for an earlier one: at 20 messages/s three seconds of them.
    package static let sparkplugHeldMessagesMax = 64
    /// Bytes on the wire of all messages that wait, of all nodes. Decoded they are about ten times that, 40 MB.
    package static let sparkplugHeldBytesMax = 4 * 1024 * 1024
    /// Pause before the same node is asked for a birth again. A birth takes a node a second or two; asking more often
    /// would only have it send births and no data.
    package static let sparkplugRebirthInterval: Duration = .seconds(10)

    // MARK: Simulator

    /// Readings the simulator may have under way in the writer before it skips: with 16 machines at 10 Hz a stall of 6
    /// s.
    package static let simulatorInFlightMax = 1024
    /// Shortest interval of the simulator: 1 kHz per machine.
    package static let simulatorIntervalMin: Duration = .milliseconds(1)
    /// Longest fault of a simulated machine: who wants it to last starts it again.
    package static let simulatorFaultMax: Duration = .seconds(24 * 3600)
    /// Faults that wait for the next readings. Nobody presses a button 64 times a second.
    package static let simulatorInjectionsMax = 64
    /// How fast a machine's clock is under the fault `clockjump`: beyond the 60 s that are flagged.
    package static let simulatorClockJump: Duration = .seconds(300)
    /// Readings instead of one under the fault `burst`.
    package static let simulatorBurstReadings = 10
}
