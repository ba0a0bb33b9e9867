internal import ArgumentParser

/// A function, as an argument names it.
enum FunctionChoice: String, CaseIterable {
    case router = "router-enrichment"
    case forwarder = "gmail-forwarder"
    case bouncer
    case credentials = "smtp-credential-manager"
    case digest

    func name(in environment: EnvironmentName) -> String { "ses-mail-\(rawValue)-\(environment)" }

    /// Whether it has an event source mapping; the pipe invokes the router, a schedule the digest.
    var hasMapping: Bool { self != .router && self != .digest }

    /// The part of a deployment that it belongs to, if that can be turned off.
    var part: DeploymentPart? {
        switch self {
        case .credentials: .smtp
        case .digest: .digest
        case .router, .forwarder, .bouncer: nil
        }
    }

    /// The time after which Lambda ends it, as Terraform sets it.
    var timeoutSeconds: Double {
        switch self {
        case .router, .bouncer: 30
        case .credentials: 60
        case .forwarder, .digest: 120
        }
    }
}

extension FunctionChoice: ExpressibleByArgument {
    /// Reads the name with or without `ses-mail-` and the environment.
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
