internal import ArgumentParser

/// The weight of a finding: the one scale of every command that judges a deployment.
enum Severity: String, CaseIterable, Comparable, Sendable {
    /// Everything is as it should be.
    case ok
    /// Worth knowing; nothing has to be done.
    case note
    /// Working, although perhaps not as intended.
    case warning
    /// Mail is, or may be, lost, late or not sent.
    case error

    /// Whether somebody has to act: a command that finds one ends with `Failure.Status.findings`.
    var isFinding: Bool { self >= .warning }

    static func < (first: Severity, second: Severity) -> Bool { first.rank < second.rank }

    /// Ends the process with the status for findings where one of these is a warning or an error.
    static func conclude(_ severities: some Sequence<Severity>) throws {
        if severities.contains(where: \.isFinding) {
            throw ExitCode(Failure.Status.findings.rawValue)
        }
    }

    private var rank: Int {
        switch self {
        case .ok: 0
        case .note: 1
        case .warning: 2
        case .error: 3
        }
    }
}

extension Severity {
    /// The colour of a terminal that shows it, as a code of ANSI escape sequences.
    var colour: Int {
        switch self {
        case .ok: 32
        case .note: 2
        case .warning: 33
        case .error: 31
        }
    }
}
