internal import ArgumentParser

/// The options of every command: which deployment, as whom, and printed how. They stand before or
/// behind the name of the command, or in both places with the same value.
struct CommonOptions: ParsableArguments {
    @Option(name: .customLong("env"), help: "The deployment (or SES_MAIL_ENV).")
    private var environments: [EnvironmentName] = []

    @Option(name: .customLong("profile"), help: "A profile of the AWS CLI (or AWS_PROFILE).")
    private var profiles: [String] = []

    @Option(name: .customLong("region"), help: "The region (or AWS_REGION).")
    private var regions: [String] = []

    @Flag(help: "Print JSON.")
    var json = false

    var env: EnvironmentName? { environments.last }
    var profile: String? { profiles.last }
    var region: String? { regions.last }

    func validate() throws {
        try CommonOptions.check("env", environments.map(\.rawValue))
        try CommonOptions.check("profile", profiles)
        try CommonOptions.check("region", regions)
    }

    private static func check(_ name: String, _ values: [String]) throws {
        guard let other = values.first(where: { $0 != values[0] }) else { return }
        throw ValidationError(
            "--\(name) is given twice, as \(values[0].printable) and as \(other.printable): keep "
                + "one of them.")
    }
}
