import SocketIO
import TelemetryCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The answer of `GET /metrics`. Made anew for each scrape, off the event loops; locks are held for one machine at a
/// time and only to copy.
struct MetricsDocument: Sendable {
    let store: TelemetryStore
    let clock: WallClock
    let sources: @Sendable () -> [SourceStatus]
    let server: SocketIO.Server
    let hub: MachinesHub
    let feed: LiveFeed
    let sockets: SocketStatistics
    let intake: ReadingIntake?
    /// Nil: its size is not told.
    let databasePath: String?
    let version: String

    /// The text of one scrape.
    func text() -> [UInt8] {
        var text = PrometheusText()
        text.family("telemetryd_build_info", .gauge, "1, with the version as a label.") {
            $0.sample(1, ["version": self.version])
        }
        self.writeSources(into: &text)
        self.writeRejections(into: &text)
        self.writeStore(into: &text)
        let summaries = self.store.directory.summaries(now: self.clock.now())
        MachineFigures(summaries, namedMax: Limits.machinesInMetricsMax).write(into: &text)
        self.writeAlarms(into: &text)
        self.writePeople(into: &text)
        self.sockets.write(into: &text)
        self.hub.streams.write(into: &text)
        self.writeGateway(into: &text)
        ProcessFigures.now().write(into: &text)
        return text.bytes
    }

    private func writeSources(into text: inout PrometheusText) {
        var sources = self.sources()
        if let counted = self.intake?.counters {
            var counters = SourceStatus.Counters()
            counters.messages = counted.requests
            counters.bytes = counted.bytes
            counters.committedReadings = counted.committedReadings
            counters.refused = counted.refused.values.reduce(0, +)
            sources.append(SourceStatus(name: "http", isWorking: true, detail: "", counters: counters))
        }
        // Two sources of one name would be the same series twice.
        var seen: [String: Int] = [:]
        let named = sources.map { source -> (String, SourceStatus) in
            let number = seen[source.name, default: 0] + 1
            seen[source.name] = number
            return (number == 1 ? source.name : "\(source.name)#\(number)", source)
        }
        func add(_ name: String, _ kind: PrometheusText.Kind, _ help: String, _ value: (SourceStatus) -> Int) {
            text.family("telemetryd_source_\(name)", kind, help) { family in
                for (label, source) in named { family.sample(value(source), ["source": label]) }
            }
        }
        add("connected", .gauge, "1 while readings can come from the source.") { $0.isWorking ? 1 : 0 }
        add("messages_total", .counter, "Messages or requests that came.") { $0.counters.messages }
        add("received_bytes_total", .counter, "Bytes of their payloads.") { $0.counters.bytes }
        add("committed_readings_total", .counter, "Readings committed.") { $0.counters.committedReadings }
        add("refused_total", .counter, "Messages or elements of them refused.") { $0.counters.refused }
        add("reconnects_total", .counter, "Connections lost or not made.") { $0.counters.reconnects }
        if let counted = self.intake?.counters {
            text.value(
                "telemetryd_http_replayed_requests_total", .counter, "Requests answered by their idempotency key.",
                counted.replays)
            text.value(
                "telemetryd_http_turned_away_requests_total", .counter, "Requests answered 503.", counted.turnedAway)
        }
    }

    private func writeRejections(into text: inout PrometheusText) {
        let counts = self.store.rejections.counts().sorted { $0.key.rawValue < $1.key.rawValue }
        text.family("telemetryd_rejected_total", .counter, "Input refused, of all sources, by reason.") { family in
            for (reason, count) in counts where !reason.isHint { family.sample(count, ["reason": reason.rawValue]) }
        }
        text.family(
            "telemetryd_hints_total", .counter, "Input kept with a word to its sender (GET /api/rejected), by reason."
        ) { family in
            for (reason, count) in counts where reason.isHint { family.sample(count, ["reason": reason.rawValue]) }
        }
    }

    private func writeStore(into text: inout PrometheusText) {
        let counters = self.store.writer.counters
        text.value("telemetryd_store_up", .gauge, "1 while the database can be written.", self.store.isHealthy ? 1 : 0)
        text.value(
            "telemetryd_store_committed_readings_total", .counter, "Readings committed.",
            Double(counters.committedReadings))
        text.value("telemetryd_store_commits_total", .counter, "Transactions.", Double(counters.commits))
        text.value(
            "telemetryd_store_failed_commits_total", .counter, "Transactions that failed.",
            Double(counters.failedCommits))
        text.value(
            "telemetryd_store_refused_readings_total", .counter, "Readings the writer refused.",
            Double(counters.refusedReadings))
        text.value(
            "telemetryd_store_refused_submissions_total", .counter, "Batches turned away because the queue was full.",
            Double(counters.refusedSubmissions))
        text.value(
            "telemetryd_store_queued_readings", .gauge, "Readings that wait for the writer.", counters.queuedReadings)
        self.feed.batches.write(into: &text)
        text.value(
            "telemetryd_store_history_readings", .gauge, "Readings kept per machine.", self.store.directory.capacity)
        guard let databasePath = self.databasePath else { return }
        text.family("telemetryd_store_file_bytes", .gauge, "Size of the database's files.") { family in
            for (file, suffix) in [("database", ""), ("wal", "-wal")] {
                if let size = Self.fileBytes(databasePath + suffix) { family.sample(size, ["file": file]) }
            }
        }
    }

    private func writeGateway(into text: inout PrometheusText) {
        text.family("telemetryd_socketio_sockets", .gauge, "Clients in each namespace.") { family in
            for name in [WireEvents.rootNamespace, WireEvents.machinesNamespace] {
                family.sample(self.server.of(name).socketCount, ["namespace": name])
            }
        }
        text.family("telemetryd_socketio_refused_requests_total", .counter, "Requests refused, by code.") { family in
            let refusals = self.server.engine.refusals
            for code in EngineErrorCode.allCases {
                family.sample(refusals[code] ?? 0, ["code": "\(code)"])
            }
        }
        text.value(
            "telemetryd_socketio_refused_events_total", .counter, "Events of clients that were refused.",
            self.hub.refusedEvents)
        text.value(
            "telemetryd_live_thinned_readings_total", .counter,
            "Readings left out of the live stream because the event loops were behind.", self.feed.thinnedReadings)
    }

    private func writeAlarms(into text: inout PrometheusText) {
        var counts: [String: [String: Int]] = [:]
        let alarms = self.store.alarms.current(machine: nil)
        for alarm in alarms { counts[alarm.state.rawValue, default: [:]][alarm.priority.rawValue, default: 0] += 1 }
        text.family("telemetryd_alarms", .gauge, "Alarms that are not normal, by state and priority.") { family in
            for state in Alarm.State.allCases where state != .normal {
                for priority in AlarmRule.Priority.allCases {
                    let count = counts[state.rawValue]?[priority.rawValue] ?? 0
                    family.sample(count, ["state": state.rawValue, "priority": priority.rawValue])
                }
            }
        }
        text.value(
            "telemetryd_alarms_shelved", .gauge, "Alarms that are hidden for a while.",
            alarms.count { $0.shelved != nil })
        text.value(
            "telemetryd_alarm_rules", .gauge, "Rules, of the page and of the configuration.",
            self.store.alarms.rules(machine: nil).count)
        let counters = self.store.alarms.counters
        text.value(
            "telemetryd_alarm_pinned_readings", .gauge, "Readings kept around raised alarms.",
            counters.pinnedReadings)
        text.value(
            "telemetryd_alarm_lost_events_total", .counter,
            "Events that the history will not have: too many waited while the database refused.", counters.lostEvents)
        let counted = self.hub.alarmEvents.counts
        text.value("telemetryd_alarms_raised_total", .counter, "Times that an alarm was raised.", counted.raised)
        text.value(
            "telemetryd_alarms_acknowledged_total", .counter, "Times that an alarm was acknowledged.",
            counted.acknowledged)
        text.value(
            "telemetryd_alarm_events_omitted_total", .counter,
            "Events left out because too many came at once; the list had them.", counted.omitted)
    }

    private static func fileBytes(_ path: String) -> Int? {
        var info = stat()
        return stat(path, &info) == 0 ? Int(info.st_size) : nil
    }
}
