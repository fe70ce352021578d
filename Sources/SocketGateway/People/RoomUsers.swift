package import TelemetryCore

/// Who watches one machine, as its room is told.
package struct RoomUsers: Equatable, Sendable {
    package struct Person: Equatable, Sendable {
        package let name: String
        /// Since when somebody of this name has been here without a break.
        package let since: Timestamp
    }

    /// With a name, each name once; who came first is first. At most ``Limits/roomUsersListedMax``.
    package let users: [Person]
    /// Names beyond those.
    package let more: Int
    /// Clients without a name.
    package let guests: Int

    package init(users: [Person], more: Int, guests: Int) {
        self.users = users
        self.more = more
        self.guests = guests
    }

    /// `{"machine":…,"users":[{"name":…,"since":…}],"guests":…}`, with `"more"` where not all names are listed.
    package func json(of machine: MachineID) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(text: #"{"machine":"\#(machine.name)","users":["#)
        for (index, user) in self.users.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(text: #"{"name":"#)
            JSONText.write(user.name, into: &bytes)
            bytes.append(text: #","since":"\#(user.since.iso8601)"}"#)
        }
        bytes.append(text: #"],"guests":\#(self.guests)"#)
        if self.more > 0 { bytes.append(text: #","more":\#(self.more)"#) }
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }
}
