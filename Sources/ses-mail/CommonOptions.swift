internal import ArgumentParser

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
