internal import ArgumentParser

/// A function, as a command names it.
enum FunctionChoice: String, CaseIterable {
    case router = "router-enrichment"
    case forwarder = "gmail-forwarder"
    case bouncer
    case credentials = "smtp-credential-manager"

    func name(in environment: EnvironmentName) -> String { "ses-mail-\(rawValue)-\(environment)" }

    /// Whether a mapping feeds it; the router is the pipe's.
    var hasMapping: Bool { self != .router }

    /// Seconds after which Lambda ends it, as Terraform has it.
    var timeoutSeconds: Double {
        switch self {
        case .router, .bouncer: 30
        case .credentials: 60
        case .forwarder: 120
        }
    }
}

extension FunctionChoice: ExpressibleByArgument {
    /// As it may be said: with or without `ses-mail-` and the environment.
    init?(argument: String) {
        var name = argument[...]
        for environment in EnvironmentName.allCases where name.hasSuffix("-\(environment)") {
            name = name.dropLast(environment.rawValue.count + 1)
        }
        if name.hasPrefix("ses-mail-") { name = name.dropFirst("ses-mail-".count) }
        guard let found = FunctionChoice(rawValue: String(name)) else { return nil }
        self = found
    }
}
