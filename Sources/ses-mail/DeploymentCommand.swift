internal import AWS
internal import ArgumentParser
internal import SMTPCredentials

/// A command that speaks to a deployment.
protocol DeploymentCommand: ParsableCommand {
    var options: CommonOptions { get }

    func run(_ deployment: Deployment, _ output: Output) throws
}

extension DeploymentCommand {
    func run() throws {
        let deployment = try Deployment(options)
        do {
            try deployment.checkAccount()
            try run(deployment, Output(isJSON: options.json))
        } catch let error as AWSError {
            throw Failure(error, in: deployment)
        } catch let error as CredentialError {
            throw Failure(error, in: deployment)
        }
    }
}
