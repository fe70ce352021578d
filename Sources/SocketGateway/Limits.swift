package import NIOCore

/// Every bound of the gateway, with its unit and the reason for its size.
package enum Limits {
    // MARK: HTTP

    /// Bytes of the first read of a connection: the head of a browser's request takes two or three of them, a viewer's
    /// own messages never more. And of the largest.
    package static let receiveBytesInitial = 512
    package static let receiveBytesMax = 65_536

    /// Bytes of one request's header fields together; 16 KiB is what common proxies allow, NIO's own default is 80 KiB.
    package static let headerListBytesMax = 16 * 1_024
    /// Bytes of one header field. Half of the list: one long cookie or URL still leaves room for the rest.
    package static let headerFieldBytesMax = 8 * 1_024
    /// Header fields of one request; browsers send about 20.
    package static let headerFieldsMax = 100
    /// Bytes of one request body. Above Socket.IO's `maxPayload` (1,000,000), so that its own 413 comes first.
    package static let requestBodyBytesMax = 1_048_576
    /// Time a new connection has for its first request head: the slowloris bound.
    package static let firstHeadTimeout = TimeAmount.seconds(15)
    /// Time between two requests of one connection, the second one's head included. Longer than the 25 s between two
    /// pings, so that the POST connection of a polling client survives.
    package static let keepAliveTimeout = TimeAmount.seconds(65)
    /// Time from a request's head to the end of its body: 1 MiB in 30 s is 280 kbit/s.
    package static let requestBodyTimeout = TimeAmount.seconds(30)
    /// Time a request that is still coming in has when the server is to end; below `farewellMax` of telemetryd.
    package static let quiesceTimeout = TimeAmount.seconds(2)
    /// Time a peer has to close after the gateway has closed its half.
    package static let drainTimeout = TimeAmount.seconds(5)

    // MARK: Files

    /// Bytes of one static file; larger ones are not served (the dashboard's largest is below 200 KiB).
    package static let staticFileBytesMax = 8 * 1_048_576
    /// Bytes of all cached static files together; beyond it a file is read again for each request.
    package static let staticCacheBytesMax = 32 * 1_048_576

    // MARK: Readings over HTTP

    /// Readings in one answer without `limit=`.
    package static let readingsPerAnswerDefault = 1_000
    /// Readings in one answer: 100,000 of about 160 bytes are 16 MB.
    package static let readingsPerAnswerMax = 100_000
    /// What `maxPoints` may be: the first, the last and one between them, up to more than any screen has pixels.
    package static let maxPointsMin = 3
    package static let maxPointsMax = 5_000
    /// Milliseconds from 1970 that a `from` or `to` may be away: what ISO 8601 can write with a year of four digits.
    package static let timeMillisecondsMax: Int64 = 253_402_300_799_999

    // MARK: Readings in over HTTP

    /// Bytes of request bodies in memory, of all requests together: 64 of the largest. What they are decoded into is a
    /// few times as much, for as long as a commit takes. Above it requests are turned away with 503.
    package static let bodiesBytesMax = 64 * 1_048_576
    /// Refused elements that one answer lists; `rejectedCount` has their number. 1,000 of about 150 bytes are 150 KB.
    package static let rejectedListedMax = 1_000
    /// What a client that was turned away is asked to wait, in seconds: many commits' time.
    package static let retryAfterSeconds = 2
    /// Characters of an `Idempotency-Key`; a UUID has 36.
    package static let idempotencyKeyBytesMax = 255
    /// Keys remembered. 10,000 of at most about 400 bytes are 4 MB.
    package static let idempotencyKeysMax = 10_000
    /// Bytes of the answers remembered with them; most have 30.
    package static let idempotencyAnswerBytesMax = 8 * 1_048_576
    /// How long a key is remembered after its answer, unless the two bounds above are reached: longer than a sender
    /// goes on trying, as a rule.
    package static let idempotencyAge = TimeAmount.hours(1)
    /// Bytes of the body of a request for a fault.
    package static let faultBodyBytesMax = 4_096
    /// Simulated machines that a problem document names.
    package static let machinesNamedInProblem = 20
    /// Seconds a fault may be asked for: a day.
    package static let faultSecondsMax: Double = 86_400

    /// Media ranges of an `Accept` that are looked at; browsers send eight.
    package static let mediaRangesMax = 32

    // MARK: Alarms

    /// Bytes of the body of a request that sets a rule or does something with an alarm: three texts of 500 bytes, with
    /// every letter escaped, and the rest.
    package static let alarmBodyBytesMax = 16 * 1_024
    /// Levels of nesting in it; one is needed.
    package static let alarmBodyDepthMax = 4
    /// Alarms in one answer over HTTP, of about 500 bytes each; `total` has their number.
    package static let alarmsPerAnswerMax = 2_000
    /// Alarms in one `alarms` event and in the answer to a join of `$alarms`: 100 KB.
    package static let alarmsPerEventMax = 200
    /// Events of the history in one answer without `limit=`.
    package static let alarmEventsDefault = 100
    /// How long an alarm is shelved for if nothing is said, in minutes.
    package static let shelveMinutesDefault: Double = 30
    /// In each such time so many `alarm` events are sent: 2,000 a second at most, of about 500 bytes.
    package static let alarmsInterval = TimeAmount.milliseconds(100)
    package static let alarmsPerInterval = 200
    /// Time between two `alarms` lists.
    package static let alarmsListInterval = TimeAmount.seconds(1)
    /// What a socket may do with alarms at once, and how long one takes to come back: somebody who acknowledges a whole
    /// screen of them is no flood.
    package static let alarmRequestsBurst = 50
    package static let alarmRequestsPerSecond = 5
    package static let alarmRequestsRefill = TimeAmount.milliseconds(200)

    // MARK: Metrics

    /// Machines with samples of their own in `/metrics`, 14 each: 1,000 are about 1 MB a scrape.
    package static let machinesInMetricsMax = 1_000
    /// Bytes read of a file in /proc; /proc/stat has about 10 KiB on a machine with 64 cores, what we need is in front.
    package static let processFileBytesMax = 64 * 1_024

    // MARK: Plain WebSockets

    /// Plain WebSockets open at once, each about 10 KiB beside its socket's buffers.
    package static let streamsMax = 10_000
    /// Readings of a replay that are framed in one turn of the event loop: about 40 KiB, some 100 µs.
    package static let streamChunkReadings: Int64 = 256
    /// Bytes of one message from a client: none is expected, some libraries send a greeting.
    package static let streamInboundBytesMax = 4_096
    /// Messages a client may send at once, and how long one takes to come back; above it the stream is closed (1008).
    package static let streamInboundBurst = 16
    package static let streamInboundRefill = TimeAmount.seconds(1)
    /// Time between two pings: below the 60 s after which proxies close a silent connection.
    package static let streamPingInterval = TimeAmount.seconds(25)
    /// Pings without a sign of the client after which it counts as gone.
    package static let streamSilentPingsMax = 2
    /// How long a client may take to answer a close frame.
    package static let streamCloseTimeout = TimeAmount.seconds(2)

    // MARK: Machines over Socket.IO

    /// Readings sent on joining when the client does not say how many: ten minutes at one a second.
    package static let joinHistoryDefault = 600
    /// Readings in one answer to a join: 10,000 of about 160 bytes are 1.6 MB, below SocketIO's limit for what may wait
    /// for a client (4 MiB). Who wants more asks over HTTP.
    package static let joinReadingsMax = 10_000
    /// Machines named in one `watch`; `"*"` has no such list.
    package static let machinesPerWatchMax = 4_096
    /// UTF-8 bytes of an epoch a client names; ours have 16.
    package static let epochBytesMax = 128
    /// Readings on their way from the writer to the event loops. Above it (a loop is stuck, or everything is too slow)
    /// a batch is thinned to the newest reading of each machine: 100,000 of about 500 bytes are 50 MB.
    package static let undeliveredReadingsMax = 100_000
    /// How long a reading may be held for a client that got one within this time, so that those of several machines
    /// leave in one write. Who gets fewer than 70 a second never waits.
    package static let mergeWindow = TimeAmount.milliseconds(14)
    /// Milliseconds since its receipt after which a reading is not held for others again: MQTT has gathered it with
    /// those that were committed with it. Together with `mergeWindow` 20 ms, which is what a fleet page may wait.
    package static let mergeAgeMilliseconds: Int64 = 6
    /// Time between two `machines` lists to everybody (interface section 5).
    package static let machinesListInterval = TimeAmount.seconds(1)
    /// Time over which changes of counts are gathered: a thousand clients that come at once cost ten messages a second
    /// for each, not a thousand.
    package static let countsInterval = TimeAmount.milliseconds(100)
    /// By which that time grows with each socket that hears of it, and its longest: 5,000 sockets hear of their number
    /// every 2 s. While a crowd comes, telling everybody else costs more than to let it in.
    package static let countsIntervalPerSocket = TimeAmount.microseconds(400)
    package static let countsIntervalMax = TimeAmount.seconds(2)
    /// The sessions of a gateway that stops are ended one a millisecond, so that their clients do not all come back in
    /// the same moment, but within this many milliseconds: the daemon has 10 s for its whole end.
    package static let farewellMillisecondsMax: Int64 = 2_000
    /// In each such time so many `rejected` events are sent: 40 a second at most, of about 700 bytes.
    package static let rejectedInterval = TimeAmount.milliseconds(250)
    package static let rejectedPerInterval = 10
    /// Time between two looks at the machines' health.
    package static let healthInterval = TimeAmount.seconds(1)
}
