internal import AWS
internal import ArgumentParser
internal import SMTPCredentials

/// A command that speaks to a deployment.
protocol DeploymentCommand: ParsableCommand {
    var options: CommonOptions { get }

    func run(_ deployment: Deployment, _ output: Output) throws
}

/// A command whose answer is a list.
protocol ListCommand: DeploymentCommand {
    var list: ListOptions { get }
}

/// The option of every command that prints a list.
struct ListOptions: ParsableArguments {
    @Flag(help: "Print tab-separated values.") var tsv = false
}

extension DeploymentCommand {
    func run() throws {
        let output = Output(try format)
        let deployment = try Deployment(options)
        do {
            try deployment.checkAccount()
            try run(deployment, output)
        } catch let error as AWSError {
            throw Failure(error, in: deployment)
        } catch let error as CredentialError {
            throw Failure(error, in: deployment)
        }
    }

    private var format: Output.Format {
        get throws {
            guard (self as? any ListCommand)?.list.tsv == true else {
                return options.json ? .json : .text
            }
            guard !options.json else {
                throw Failure(.usage, "Use either --json or --tsv, not both.")
            }
            return .tsv
        }
    }
}

/// The options of every command: the deployment, the credentials and the format. They stand before
/// or after the name of the command, or in both places with the same value.
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

    /// The same options for another deployment.
    /// - Parameters:
    ///   - profile: nil for the same one.
    ///   - region: nil for the same one.
    func replacing(
        env: EnvironmentName, profile: String?, region: String?
    ) -> CommonOptions {
        var other = self
        other.environments = [env]
        if let profile { other.profiles = [profile] }
        if let region { other.regions = [region] }
        return other
    }

    func validate() throws {
        try CommonOptions.check("env", environments.map(\.rawValue))
        try CommonOptions.check("profile", profiles)
        try CommonOptions.check("region", regions)
    }

    private static func check(_ name: String, _ values: [String]) throws {
        guard let other = values.first(where: { $0 != values[0] }) else { return }
        throw ValidationError(
            "--\(name) is given twice, as \(values[0].printable) and as \(other.printable): keep "
                + "only one.")
    }
}

/// The name of an environment: a folder of terraform/environments.
enum EnvironmentName: String, ExpressibleByArgument, CaseIterable, CustomStringConvertible {
    case test
    case prod
    case local

    var description: String { rawValue }
}
