/// A value of an option that cannot be used; one line for the user.
package struct OptionRefusal: Error, Hashable, CustomStringConvertible {
    /// For example `--mqtt-ca`.
    package let option: String
    /// What was given; nil when it is secret, or says nothing.
    package let value: String?
    /// What is wrong, and what is allowed.
    package let description: String

    package init(option: String, value: String? = nil, description: String) {
        self.option = option
        self.value = value
        self.description = description
    }
}
