internal import AWS
internal import ArgumentParser
internal import SMTPCredentials

/// Which environment is meant? A folder of terraform/environments.
enum EnvironmentName: String, ExpressibleByArgument, CaseIterable, CustomStringConvertible {
    case test
    case prod
    case local

    var description: String { rawValue }
}

/// Which deployment, as whom, and printed how? The options of every command.
struct CommonOptions: ParsableArguments {
    @Option(help: "The deployment (or SES_MAIL_ENV).")
    var env: EnvironmentName?

    @Option(help: "A profile of the AWS CLI (or AWS_PROFILE).")
    var profile: String?

    @Option(help: "The region (or AWS_REGION).")
    var region: String?

    @Flag(help: "Print JSON.")
    var json = false
}

/// A command that speaks to a deployment.
protocol DeploymentCommand: ParsableCommand {
    var options: CommonOptions { get }

    func run(_ deployment: Deployment, _ output: Output) throws
}

extension DeploymentCommand {
    func run() throws {
        let deployment = try Deployment(options)
        do {
            try run(deployment, Output(isJSON: options.json))
        } catch let error as AWSError {
            throw Failure(error, in: deployment)
        } catch let error as CredentialError {
            throw Failure(error, in: deployment)
        }
    }
}
