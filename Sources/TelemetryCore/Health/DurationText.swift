/// Durations as people say them.
enum DurationText {
    /// "0.1 s", "2.5 s", "7 s", "95 s", "12 min", "5 h", "3 days". Negative counts as zero.
    static func text(milliseconds: Int64) -> String {
        let milliseconds = max(0, milliseconds)
        let tenths = (milliseconds + 50) / 100
        let seconds = (milliseconds + 500) / 1000
        switch seconds {
        case ..<10: return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
        case ..<120: return "\(seconds) s"
        case ..<7200: return "\(seconds / 60) min"
        case ..<172_800: return "\(seconds / 3600) h"
        default: return "\(seconds / 86_400) days"
        }
    }

    /// Whole seconds, for a silence that grows while people look at it: "7 s", "12 min".
    static func wholeSeconds(milliseconds: Int64) -> String {
        self.text(milliseconds: max(0, milliseconds) / 1000 * 1000)
    }
}
