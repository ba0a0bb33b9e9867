internal import ArgumentParser

/// What can a rule do with a mail? As the commands say it; `store` and `bounce` are the table's own
/// words.
enum RuleAction: String, ExpressibleByArgument, CaseIterable {
    case forward
    case bounce
    case store

    /// As it stands in the table.
    var attribute: String { self == .forward ? "forward-to-gmail" : rawValue }
}
