internal import Text

/// The commands that a sentence gives the operator to run next. Each names the same deployment as
/// the command that prints it: it repeats the given `--env`, `--profile` and `--region`, without
/// which a pasted line could reach another deployment. Values of the shell's variables are not
/// repeated. Those of the user's configuration file are, for programs that do not read it.
struct FollowUp: Equatable, Sendable {
    let environment: EnvironmentName
    /// The option as it was given on the command line; nil if it was not.
    let givenEnvironment: EnvironmentName?
    let givenProfile: String?
    let givenRegion: String?
    /// The part of the user's configuration file that decides.
    let configured: UserConfiguration.Place

    init(
        _ options: CommonOptions, for environment: EnvironmentName,
        configured: UserConfiguration.Place = UserConfiguration.Place()
    ) {
        self.environment = environment
        self.configured = configured
        givenEnvironment = options.env
        givenProfile = options.profile
        givenRegion = options.region
    }

    /// `ses-mail rules list --env prod`
    /// - Parameter words: the command's words without `ses-mail`, quoted for a shell.
    func command(_ words: String) -> String {
        "ses-mail \(words)"
            + option("env", givenEnvironment?.rawValue) + option("profile", givenProfile)
            + option("region", givenRegion)
    }

    /// `aws pipes start-pipe --name NAME --region eu-west-1`
    func aws(_ words: String) -> String {
        guard environment == .local else {
            return "aws \(words)" + option("profile", profile) + option("region", region)
        }
        // The AWS CLI reads AWS_ENDPOINT_URL and AWS_CA_BUNDLE too, but not SSL_CERT_FILE.
        let isAddressed = Variable.value("AWS_ENDPOINT_URL") != nil
        let isTrusted = Variable.value("AWS_CA_BUNDLE") != nil
        return "AWS_ACCESS_KEY_ID=testing AWS_SECRET_ACCESS_KEY=testing aws \(words)"
            + option("endpoint-url", isAddressed ? nil : Deployment.localEndpoint)
            + option("region", givenRegion ?? Deployment.localRegion)
            + option("ca-bundle", isTrusted ? nil : Variable.value("SSL_CERT_FILE"))
    }

    /// `make apply ENV=prod`; make takes profile and region from variables.
    func make(_ target: String) -> String {
        let variables =
            environment == .local
            ? [] : [("AWS_PROFILE", profile), ("AWS_REGION", region)]
        return variables.map { name, value in value.map { "\(name)=\($0.shellWord) " } ?? "" }
            .joined() + "make \(target) ENV=\(environment)"
    }

    /// The profile that other programs have to be given.
    var profile: String? { givenProfile ?? configured.profile }

    private var region: String? { givenRegion ?? configured.region }

    private func option(_ name: String, _ value: String?) -> String {
        guard let value else { return "" }
        // A value that begins with a hyphen cannot be a word of its own.
        return " --\(name)\(value.hasPrefix("-") ? "=" : " ")\(value.shellWord)"
    }
}

extension Deployment {
    /// `ses-mail …` with the options that name this deployment, as in `FollowUp`.
    func command(_ words: String) -> String { followUp.command(words) }

    /// `aws …` for this deployment, as in `FollowUp`.
    func aws(_ words: String) -> String { followUp.aws(words) }

    /// `make …` for this deployment, as in `FollowUp`.
    func make(_ target: String) -> String { followUp.make(target) }
}

extension String {
    /// The text as one word of a POSIX shell's command line.
    var shellWord: String {
        let isPlain = utf8.allSatisfy { $0.isASCIIAlphanumeric || "@._-+=/:,".utf8.contains($0) }
        if isPlain && !isEmpty { return self }
        let parts = utf8.split(separator: UInt8(ascii: "'"), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        return "'\(parts.joined(separator: "'\\''"))'"
    }
}
