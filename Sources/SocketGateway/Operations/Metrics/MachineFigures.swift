import TelemetryCore

/// The part of `/metrics` that is about machines. Of the machines, by name, the first ``Limits/machinesInMetricsMax``
/// have samples of their own; the counters of the rest are summed under `machine="(others)"`, which is no machine's
/// name. So a scrape stays bounded whatever names somebody makes up.
struct MachineFigures {
    private static let others = "(others)"

    private let named: ArraySlice<MachineSummary>
    private let others: [MachineSummary]
    private let all: [MachineSummary]

    /// - Parameter summaries: by name.
    init(_ summaries: [MachineSummary], namedMax: Int) {
        self.all = summaries
        self.named = summaries.prefix(namedMax)
        self.others = Array(summaries.dropFirst(namedMax))
    }

    func write(into text: inout PrometheusText) {
        self.writeTotals(into: &text)
        self.writeStates(into: &text)
        self.counter("received", "Readings that came, whatever became of them.", \.received, into: &text)
        self.counter("stored", "Readings stored; overwritten ones too.", \.stored, into: &text)
        self.counter("duplicate", "Redelivered readings that were there already.", \.duplicates, into: &text)
        self.counter("skipped", "Retained values of machines that had readings.", \.skipped, into: &text)
        self.counter("late", "Stored readings older than the newest one before.", \.late, into: &text)
        self.counter("overwritten", "Stored readings that left the ring.", \.overwritten, into: &text)
        self.writeRejected(into: &text)
        text.family(
            "telemetryd_machine_gaps_total", .counter, "Times a machine fell silent beyond its limit and came back."
        ) { family in
            for summary in self.named { family.sample(summary.ledger.gaps, ["machine": summary.machine.name]) }
            guard !self.others.isEmpty else { return }
            family.sample(self.others.reduce(0) { $0 + $1.ledger.gaps }, ["machine": Self.others])
        }
    }

    private func writeTotals(into text: inout PrometheusText) {
        text.family("telemetryd_machines", .gauge, "Machines by state.") { family in
            for state in MachineState.allCases {
                family.sample(self.all.count { $0.status.state == state }, ["state": state.rawValue])
            }
        }
        text.value(
            "telemetryd_machines_late", .gauge, "Live machines whose next reading is overdue.",
            self.all.count(where: \.isLate))
        text.family("telemetryd_metrics", .gauge, "Metrics of all machines by state.") { family in
            for state in MetricState.allCases {
                let count = self.all.reduce(0) { $0 + $1.metrics.count { $0.state == state } }
                family.sample(count, ["state": state.rawValue])
            }
        }
    }

    private func writeStates(into text: inout PrometheusText) {
        text.family("telemetryd_machine_state", .gauge, "1 for the state the machine is in.") { family in
            for summary in self.named {
                for state in MachineState.allCases {
                    family.sample(
                        summary.status.state == state ? 1 : 0,
                        ["machine": summary.machine.name, "state": state.rawValue])
                }
            }
        }
        text.family("telemetryd_machine_last_seq", .gauge, "seq of the newest reading.") { family in
            for summary in self.named {
                family.sample(Double(summary.lastSequence), ["machine": summary.machine.name])
            }
        }
        text.family(
            "telemetryd_machine_last_received_seconds", .gauge, "When the newest reading came, since 1970."
        ) { family in
            for summary in self.named {
                guard let latest = summary.latest else { continue }
                family.sample(
                    Double(latest.reading.received.milliseconds) / 1_000, ["machine": summary.machine.name])
            }
        }
    }

    private func counter(
        _ name: String,
        _ help: String,
        _ value: KeyPath<MachineLedger, Int>,
        into text: inout PrometheusText
    ) {
        text.family("telemetryd_machine_\(name)_readings_total", .counter, help) { family in
            for summary in self.named {
                family.sample(summary.ledger[keyPath: value], ["machine": summary.machine.name])
            }
            guard !self.others.isEmpty else { return }
            family.sample(self.others.reduce(0) { $0 + $1.ledger[keyPath: value] }, ["machine": Self.others])
        }
    }

    private func writeRejected(into text: inout PrometheusText) {
        text.family(
            "telemetryd_machine_rejected_readings_total", .counter, "Input of a machine that was refused, by reason."
        ) { family in
            func write(_ counts: [RejectionReason: Int], _ machine: String) {
                for (reason, count) in counts.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                    family.sample(count, ["machine": machine, "reason": reason.rawValue])
                }
            }
            for summary in self.named { write(summary.ledger.rejected, summary.machine.name) }
            var rest: [RejectionReason: Int] = [:]
            for summary in self.others { rest.merge(summary.ledger.rejected, uniquingKeysWith: +) }
            write(rest, Self.others)
        }
    }
}
