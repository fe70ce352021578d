import TelemetryCore

/// What people do, and what is kept beside the readings, in `/metrics`.
extension MetricsDocument {
    func writePeople(into text: inout PrometheusText) {
        let journal = self.store.journal.counters
        text.value(
            "telemetryd_journal_committed_writes_total", .counter,
            "What was stored beside the readings: messages, alarms, the hand-over list.",
            Double(journal.committedWrites))
        text.value(
            "telemetryd_journal_failed_writes_total", .counter, "Of it, what the database refused.",
            Double(journal.failedWrites))
        text.value(
            "telemetryd_journal_refused_writes_total", .counter, "Of it, what was turned away because too much waited.",
            Double(journal.refusedWrites))
        text.value(
            "telemetryd_journal_queued_writes", .gauge, "Of it, what waits for the writer.", journal.queuedWrites)
        text.value(
            "telemetryd_messages_kept", .gauge, "Messages and notes of all machines.", self.store.messages.keptCount)
        text.value(
            "telemetryd_handover_items", .gauge, "Items of the hand-over list.", self.store.handover.items.count)
        text.value(
            "telemetryd_handover_turned_away_requests_total", .counter, "Changes of the hand-over list answered 429.",
            self.hub.handoverTurns.refused)
    }
}
