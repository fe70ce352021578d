/// One line of the list for the next shift.
package struct HandoverItem: Equatable, Sendable {
    /// Who ticked it off, and when.
    package struct Done: Equatable, Sendable {
        package let by: String
        package let at: Timestamp

        package init(by: String, at: Timestamp) {
            self.by = by
            self.at = at
        }
    }

    /// Unique, rising, never used again.
    package let id: Int64
    /// What it is about; `nil`: nothing in particular.
    package let machine: MachineID?
    package let text: String
    package let by: String
    package let at: Timestamp
    /// `nil`: open.
    package internal(set) var done: Done?

    package init(id: Int64, machine: MachineID?, text: String, by: String, at: Timestamp, done: Done? = nil) {
        self.id = id
        self.machine = machine
        self.text = text
        self.by = by
        self.at = at
        self.done = done
    }
}
