internal import ArgumentParser

/// The weight of a finding: the one scale of every command that judges a deployment.
enum Severity: String, CaseIterable, Comparable, Sendable {
    /// Nothing is wrong.
    case ok
    /// Worth knowing; nothing has to be done.
    case note
    /// It works, but perhaps not as it was meant.
    case warning
    /// Mail is lost, late or not sent, or may be.
    case error

    /// Whether somebody has to look: a process that found it ends with `Failure.Status.findings`.
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
    var mood: Output.Mood {
        switch self {
        case .ok: .good
        case .note: .quiet
        case .warning: .odd
        case .error: .bad
        }
    }
}
