/// Every bound of the core, with the arithmetic that chose it.
package enum Limits {
    /// Interface section 3.
    package static let machineNameBytesMax = 64
    /// Interface section 3: a letter and up to 31 more.
    package static let metricNameBytesMax = 32
    /// Machines, ever: none goes away, and anybody who may publish can name new ones. Twice the 5,000 that must work.
    /// 10,000 full rings of 1,000 readings x 40 bytes are 400 MB. Made-up machines with one reading each cost about
    /// 1 KiB of feed and lane and a page of 4 KiB: 10 MiB of memory and 40 MiB of file.
    package static let machinesMax = 10_000
    /// Extra metrics of one reading. The worst names and values (32 and 24 bytes, quotes, colon, comma: 60) make
    /// 3.8 KiB of JSON, about a page of the database. In a ring one is 24 bytes and at worst 64 more for a name beyond
    /// 15 bytes: 5.6 KiB a reading, 5.6 MB for a machine that sends nothing else 1,000 times.
    package static let extraMetricsMax = 64
    /// Interface section 3: a source clock this far ahead of ours is flagged.
    package static let clockAheadMillisecondsMax: Int64 = 60_000
    /// Interface section 3.
    package static let rejectionsKeptMax = 200
    /// Interface section 3. 200 x 256 bytes = 50 KiB at most.
    package static let rejectionExcerptBytesMax = 256
    /// Bytes kept of where a rejection came from, a topic: 200 x 256 bytes = 50 KiB.
    package static let rejectionSourceBytesMax = 256
    /// Bytes kept of a rejection's remedy, one line: 200 x 256 bytes = 50 KiB.
    package static let rejectionRemedyBytesMax = 256
    /// Standard metrics and a short name come to about 130 bytes; a first guess that seldom has to grow.
    package static let readingJSONBytesTypical = 192

    /// Readings waiting for the writer. A reading is about 120 bytes, so 8 MiB (370 MiB if every one of them had the
    /// most and longest extra metrics, which takes 260 MiB of payloads); at 50,000 readings/s it bridges 1.3 s of a
    /// slow disk before sources are told to wait.
    package static let queuedReadingsMax = 65_536
    /// Readings in one transaction. Large enough that the cost of the commit (one fsync) vanishes among them,
    /// small enough that the transaction's pages (4 KiB each) stay within 32 MiB of WAL,
    /// twice that at worst (`extraMetricsMax`).
    package static let batchReadingsMax = 8_192
    /// Writes beside the readings that wait for the writer: bursts of 5 messages of 200 people at once, and an alarm of
    /// each of 3,000 machines. A write is about 2 KiB at most: 8 MiB.
    package static let journalWritesMax = 4_096
    /// Of these in one transaction: some 30 microseconds each, so that readings wait 15 ms longer at most.
    package static let journalBatchMax = 512
    /// While the database refuses, the writer tries it again this often even without readings, in seconds.
    package static let probeSeconds: Double = 2
    /// Page size of a new database, bytes: SQLite's default and the block of most disks
    /// (docs/decisions/0001-hot-insert.md has what 1 KiB would change).
    package static let databasePageBytes = 4_096
    /// Pages in the WAL at which a commit also checkpoints: 1,000 x 4 KiB = 4 MiB, SQLite's own default.
    package static let walCheckpointPages = 1_000
    /// The WAL file is cut to this after a large transaction was checkpointed, in bytes.
    package static let walBytesKept = 4 * 1_024 * 1_024
    /// Page cache of the writing connection, KiB. 5,000 machines write to one page each, 20 MiB of 4 KiB pages, and
    /// the inner pages of the tree must stay as well.
    package static let pageCacheKibibytes = 32 * 1_024
    /// How long a commit waits for another process that holds the write lock, in seconds.
    package static let databaseBusySeconds: Double = 5
    /// Readings in all rings together up to which a start reads and checks everything before it is ready: 0.2 s.
    package static let readingsReadAtStartMax = 200_000
    /// Readings of each machine that a start with more than that reads before it is ready: half a page of the file, and
    /// more than enough gaps between them to learn an interval from (`learnedGapsMax`).
    package static let newestReadAtStart = 32
    /// Status reports of one machine that are remembered until all of its ring is read, some seconds.
    package static let unreadReportsMax = 32
    /// What the thread that reads rings in the background is nice by: a tenth of a busy core beside the others.
    package static let backfillNiceness = 10
    /// Page cache of each connection that reads rings in the background, KiB: the way down the tree and a few leaves.
    package static let ringCacheKibibytes = 512
    /// Status reports of machines without a reading. 10,000 x about 200 bytes = 2 MiB at most.
    package static let rememberedReportsMax = 10_000
    /// Bytes of a status report's reason that are kept.
    package static let reportReasonBytesMax = 256

    /// Bytes of the extra metrics in all rings together. `extraMetricsMax` bounds a reading; this bounds 64 of them x N
    /// x 10,000 machines, which would be 56 GB. 256 MiB are 1,000 machines with 10 extra metrics in 1,000 readings
    /// each (296 bytes a reading). Beyond it the machines that hold most of them lose their oldest readings
    /// (`ExtraSweep`): a shorter horizon for them instead of an end of their stream. Should that not help (one batch
    /// may bring 46 MB before, a disk may refuse), readings with extra metrics are refused from a quarter beyond it on
    /// (`RejectionReason.noRoomForMetrics`), but for those that take the place of at least as much.
    package static let extraBytesMax = 256 * 1_024 * 1_024

    /// Bytes of a unit's symbol. 10,000 machines x 67 metrics x 16 bytes = 11 MB at worst.
    package static let unitBytesMax = 16
    /// Metrics of one machine whose unit is kept: the three, and as many extra ones as a reading may have.
    package static let unitsPerMachineMax = 67
    /// Labels of one machine: a topic has few levels. 10,000 x 16 x 2 x 64 bytes = 20 MB at worst.
    package static let labelsMax = 16
    /// Bytes of a label's name, and of its value.
    package static let labelBytesMax = 64
    /// Seconds between the commits that write down ledgers: what a `kill -9` may cost of the counts (never of the
    /// readings, nor of how many were stored).
    package static let recordSeconds: Double = 10

    /// Extra metrics of one machine that are watched for freshness: 104 bytes each, 33 MB for 10,000 machines. A new
    /// one takes the place of one that is gone; while there is none, it is stored but not watched.
    package static let trackedExtrasMax = 32
    /// The same for one metric while its interval is not known: longer, because a metric may come once a minute beside
    /// others, and a machine that is silent as a whole is found by its own limit.
    package static let metricStaleMillisecondsUnknown: Int64 = 90_000
    /// Longest expected interval that may be configured, milliseconds: 30 days, beyond which nobody waits.
    package static let expectedMillisecondsMax: Int64 = 30 * 86_400_000
    /// A metric is never late sooner: half of what makes it stale.
    package static let lateMillisecondsMin: Int64 = 1_250
    /// A metric that comes seldom holds its machine live for at most this long after the machine's last reading: three
    /// intervals of one minute. Beyond, only how often the machine sends anything counts.
    package static let slowMetricMillisecondsMax: Int64 = 180_000
    /// A machine is never stale sooner: jitter of networks and of our own one-second tick.
    package static let staleMillisecondsMin: Int64 = 2_500
    /// Missed intervals that make a machine stale.
    package static let staleIntervals: Int64 = 3
    /// Stale after this while the machine's interval is not known yet.
    package static let staleMillisecondsUnknown: Int64 = 5_000
    /// A machine is offline after this many times the time that makes it stale …
    package static let offlineStaleTimes: Int64 = 10
    /// … but never sooner than this.
    package static let offlineMillisecondsMin: Int64 = 60_000
    /// Arrivals closer than this count as one: a burst after a reconnect says nothing about the interval.
    package static let arrivalBurstMilliseconds: Int64 = 100
    /// Gaps between arrivals from which the interval is learned (their median): odd steps and outages wash out.
    package static let learnedGapsMax = 8
    /// Gaps needed before the interval counts as known.
    package static let learnedGapsMin = 2

    /// Problems that a verification names; more are counted only. A page of text.
    package static let problemsNamedMax = 50
    /// Machines that a message lists when it has to say which there are.
    package static let machinesNamedMax = 10
    /// Readings that an export reads in one transaction: some milliseconds, and about 1 MB of memory.
    package static let exportStepReadings = 4_096
    /// An export gives its lines in pieces of about this many bytes.
    package static let exportPieceBytes = 128 * 1_024
    /// Intervals from whose median an export tells what a gap is.
    package static let exportIntervalsMax = 255
    /// Gaps that an export lists per machine; more are counted only. 100 x 32 bytes x 10,000 machines = 32 MB at most.
    package static let exportGapsMax = 100
    /// A bound of the file may not be lower: a batch of the largest readings alone takes 32 MiB, 48 with what pages
    /// keep free.
    package static let retainedBytesMin: Int64 = 64 * 1_024 * 1_024
    /// Readings that retention drops in one transaction between batches: some milliseconds.
    package static let droppedReadingsMax = 4_096
    /// What a reading takes of the file without extra metrics, bytes (`StorePlanTests` holds it against the truth).
    package static let readingFileBytes = 65
    /// Of a bounded file this part is kept free, so that a batch finds room: one in so many pages.
    package static let freePagesPart = 16
    /// Age is looked after this often while it is kept: a hundredth of it, but at least so often, in seconds.
    package static let retentionSecondsMax: Double = 60
    /// While the database refuses, the log says so again this often, in seconds.
    package static let failureToldSeconds: Double = 60
}
