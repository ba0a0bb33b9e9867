internal import ArgumentParser

/// Whose log is meant?
enum LogSource: String, CaseIterable, ExpressibleByArgument {
    case router = "router-enrichment"
    case forwarder = "gmail-forwarder"
    case bouncer
    case credentials = "smtp-credential-manager"
    case bus
    case pipe

    /// What is looked at where nothing is named: the lines that the functions write.
    static let functions: [LogSource] = [.router, .forwarder, .bouncer, .credentials]

    func group(in environment: EnvironmentName) -> String {
        switch self {
        case .bus: "/aws/events/ses-email-routing-\(environment)"
        case .pipe: "/aws/vendedlogs/pipes/\(environment)/ses-email-router"
        default: "/aws/lambda/ses-mail-\(rawValue)-\(environment)"
        }
    }

    static let help: ArgumentHelp = "Whose: \(allCases.map(\.rawValue).joined(separator: ", "))."
}
