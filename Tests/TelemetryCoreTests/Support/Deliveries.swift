import TelemetryCore

/// A reading with a source time, in milliseconds after `sampleTime`.
func sourced(
    _ name: String,
    at offset: Int64,
    rpm: Double = 1480.25,
    isRedelivered: Bool = false,
    isHistorical: Bool = false
) throws -> Reading {
    Reading(
        machine: try machine(name),
        timestamp: sampleTime.adding(milliseconds: offset),
        received: sampleTime.adding(milliseconds: max(0, offset) + 1),
        metrics: Metrics(rpm: rpm),
        isRedelivered: isRedelivered,
        isHistorical: isHistorical
    )
}

/// A reading with one metric whose unit is named.
func measured(_ name: String, _ metric: MetricName, _ value: Double, _ unit: String) throws -> Reading {
    var metrics = Metrics()
    metrics.set(metric, value)
    return Reading(
        machine: try machine(name),
        timestamp: nil,
        received: sampleTime,
        metrics: metrics,
        units: [MetricUnit(metric: metric, symbol: unit)]
    )
}
