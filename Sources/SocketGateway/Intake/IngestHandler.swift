package import TelemetryCore

/// Turns the body of a POST into readings. The daemon makes it from Ingest's decoders: this target does not know them.
package struct IngestHandler: Sendable {
    /// What one body gave: readings, refusals, or both.
    package struct Decoded: Sendable {
        /// One element that was refused.
        package struct Refusal: Equatable, Sendable {
            /// Place among the elements of the body (array, lines, rows), from 0.
            package let index: Int
            package let reason: RejectionReason
            /// One line: what the sender should do instead.
            package let remedy: String
            /// How many elements it stands for: this one, and later ones of the same reason.
            package let count: Int
            /// The machine that the element itself names; nil: that of the path.
            package let machine: MachineID?

            /// An element that is not taken.
            package init(
                index: Int,
                reason: RejectionReason,
                remedy: String,
                count: Int = 1,
                machine: MachineID? = nil
            ) {
                self.index = index
                self.reason = reason
                self.remedy = remedy
                self.count = count
                self.machine = machine
            }
        }

        /// In the order of the body.
        package var readings: [Reading]
        package var refusals: [Refusal]
        /// The places of `readings`, from 0. Not as many: the indices that no refusal has.
        package var indices: [Int]

        /// What a body gave.
        package init(readings: [Reading] = [], refusals: [Refusal] = [], indices: [Int] = []) {
            self.readings = readings
            self.refusals = refusals
            self.indices = indices
        }
    }

    /// One body and what is known of it.
    package struct Body: Sendable {
        package let bytes: ArraySlice<UInt8>
        package let type: IngestMediaType
        /// That of the path; nil: each reading must name its own.
        package let machine: MachineID?
        package let received: Timestamp
        /// The unit of line protocol's timestamps.
        package let precision: TimePrecision
    }

    /// Any thread; must not block; never traps, whatever the bytes are.
    package typealias Decode = @Sendable (Body) -> Decoded

    let decode: Decode
    /// Whether `decode` knows what to do without a machine: then there is `POST /api/readings`.
    let readsMachineNames: Bool

    /// A handler around `decode`.
    package init(readsMachineNames: Bool = false, decode: @escaping Decode) {
        self.readsMachineNames = readsMachineNames
        self.decode = decode
    }
}
