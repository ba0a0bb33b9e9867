internal import ArgumentParser

/// A part of the deployment that has a log group.
enum LogSource: Hashable {
    case function(FunctionChoice)
    case bus
    case pipe

    /// The sources that are read where none is named. Few deployments have a digest.
    static let functions = FunctionChoice.allCases.filter { $0 != .digest }
        .map(LogSource.function)

    var name: String {
        switch self {
        case .function(let function): function.rawValue
        case .bus: "bus"
        case .pipe: "pipe"
        }
    }

    func group(in deployment: Deployment) -> String {
        switch self {
        case .function(let function): "/aws/lambda/\(function.name(in: deployment.name))"
        case .bus: "/aws/events/\(deployment.busName)"
        case .pipe: "/aws/vendedlogs/pipes/\(deployment.name)/ses-email-router"
        }
    }
}

extension LogSource: CaseIterable, ExpressibleByArgument {
    static let allCases = functions + [.function(.digest), .bus, .pipe]
    static let allValueStrings = allCases.map(\.name)

    init?(argument: String) {
        guard let found = LogSource.allCases.first(where: { $0.name == argument }) else {
            return nil
        }
        self = found
    }

    static let help: ArgumentHelp =
        "The source of the lines; all functions but the digest where none is named."
}
