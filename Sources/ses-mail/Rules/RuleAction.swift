internal import ArgumentParser

/// What a rule does with a mail, in the words of the commands; `store` and `bounce` are the table's
/// own.
enum RuleAction: String, ExpressibleByArgument, CaseIterable {
    case forward
    case bounce
    case store

    /// As it stands in the table.
    var attribute: String { self == .forward ? "forward-to-gmail" : rawValue }
}
