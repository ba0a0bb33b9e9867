internal import ArgumentParser

/// A queue of the pipeline, with its dead-letter queue; the credential manager's stream has only a
/// dead-letter queue.
enum QueueChoice: String, CaseIterable {
    case input = "ses-email-input"
    case forwarder = "ses-gmail-forwarder"
    case bouncer = "ses-bouncer"
    case credentials = "ses-mail-smtp-credential-manager"

    /// Whether it has a queue of messages to be handled.
    var hasWorkQueue: Bool { self != .credentials }

    func name(in environment: EnvironmentName) -> String { "\(rawValue)-\(environment)" }
    func deadLetterName(in environment: EnvironmentName) -> String {
        "\(rawValue)-dlq-\(environment)"
    }

    /// The name without `ses-`, `-dlq` and the environment.
    var shortName: String {
        switch self {
        case .input: "input"
        case .forwarder: "gmail-forwarder"
        case .bouncer: "bouncer"
        case .credentials: "smtp-credential-manager"
        }
    }
}

extension QueueChoice: ExpressibleByArgument {
    init?(argument: String) {
        var name = argument[...]
        for environment in EnvironmentName.allCases where name.hasSuffix("-\(environment)") {
            name = name.dropLast(environment.rawValue.count + 1)
        }
        if name.hasSuffix("-dlq") { name = name.dropLast(4) }
        let found = QueueChoice.allCases.first { $0.rawValue == name || $0.shortName == name }
        guard let found else { return nil }
        self = found
    }

    static let allValueStrings = allCases.map(\.shortName)

    static let help: ArgumentHelp =
        "The queue, by its short or its full name."
}
