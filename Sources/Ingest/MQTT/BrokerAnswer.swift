/// What a broker's reason code means for a person. MQTT 3.1.1 has five codes for a refused connection (3.2.2.3) and one
/// for a refused subscription (3.9.3); MQTT 5 has one list for everything (2.4), all from 128 on.
enum BrokerAnswer {
    /// A CONNACK that is not 0.
    static func connectionRefused(_ code: Int32) -> String {
        switch code {
        case 1, 132: "the broker does not speak this version of MQTT; try the other --mqtt-version"
        case 2, 133: "the broker does not accept our client id"
        case 3, 136: "the broker is not available now"
        case 4, 134: "user name or password is wrong"
        case 5, 135: "not authorised: user name, password or the broker's access rules do not let this client in"
        case 137: "the broker is busy"
        case 138: "the broker has banned this client"
        case 140: "the broker wants another way of authentication"
        case 144, 154: "the broker does not accept our last will (retained, at telemetryd/ID/state)"
        case 151: "a quota of the broker is exceeded"
        case 155: "the broker does not offer QoS 1"
        case 156, 157: "the broker says that another server is to be used"
        case 159: "the broker gets too many connections a second"
        default: self.other(code)
        }
    }

    /// A SUBACK of 128 and above.
    static func subscriptionRefused(_ code: Int32) -> String {
        switch code {
        case 128: "the broker's access rules do not let this client subscribe to it"
        case 135: "not authorised to subscribe to it"
        case 143: "the broker says that the topic filter is invalid"
        case 151: "a quota of the broker is exceeded"
        case 158: "the broker does not offer shared subscriptions (--mqtt-share)"
        case 162: "the broker does not offer wildcards in subscriptions"
        default: self.other(code)
        }
    }

    /// A PUBACK of 128 and above (MQTT 5 only).
    static func publicationRefused(_ code: Int32) -> String {
        switch code {
        case 135: "not authorised to publish it"
        case 144: "the broker says that the topic is invalid"
        case 151: "a quota of the broker is exceeded"
        default: self.other(code)
        }
    }

    /// A DISCONNECT sent by the broker (MQTT 5 only).
    static func disconnected(_ code: Int32) -> String {
        switch code {
        case 0: "the broker ended the connection"
        case 135: "not authorised any longer"
        case 137: "the broker is busy"
        case 139: "the broker is shutting down"
        case 141: "the broker heard nothing from us for too long"
        case 142: "another client has connected with our client id"
        case 149: "the broker says that a packet of ours was too large"
        case 150: "the broker says that we send too fast"
        case 151: "a quota of the broker is exceeded"
        case 152: "the broker's administrator ended the connection"
        case 156, 157: "the broker says that another server is to be used"
        case 160: "the broker allows no longer connections"
        default: self.other(code)
        }
    }

    /// True when trying again will hardly help before somebody has done something.
    static func isRefusal(disconnect code: Int32) -> Bool {
        ![0, 137, 139, 141, 160].contains(code)
    }

    private static func other(_ code: Int32) -> String {
        switch code {
        case 129: "the broker says that a packet of ours is malformed"
        case 130: "the broker says that we broke the protocol"
        case 131: "refused for a reason of the broker's own"
        case 147: "the broker says that more is under way than it allows"
        default: "refused with code \(code)"
        }
    }
}
