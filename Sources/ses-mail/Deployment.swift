internal import AWS
internal import HTTP
internal import Process

/// The deployment that a command works on, and the credentials for it.
struct Deployment: CustomStringConvertible {
    let name: EnvironmentName
    let session: AWSSession
    /// How commands that are printed name this deployment.
    let followUp: FollowUp
    let account: DeploymentAccount

    /// Where `local-cloud up` listens unless it is told otherwise.
    static let localEndpoint = "https://127.0.0.1:4566"
    static let localRegion = "ap-southeast-2"

    init(_ options: CommonOptions) throws {
        let name = try Deployment.name(options)
        self.name = name
        followUp = FollowUp(options, for: name)
        let profile = options.profile ?? Variable.value("AWS_PROFILE")
        let credentials: Credentials
        let region: String
        if name == .local {
            // The emulated AWS knows this operator; real keys have no business there.
            credentials = Credentials(
                accessKeyID: "operator", secretAccessKey: Secret("operator"))
            region = options.region ?? Deployment.localRegion
        } else {
            let regionLookUp =
                options.region.map { region in { region } }
                ?? CredentialSource.region(profile: profile)
            credentials = try CredentialSource.credentials(
                profile: profile, isAsked: options.profile != nil)
            region = try regionLookUp()
        }
        try Setting.checkEndpoints()
        try Setting.checkRegion(
            region, from: options.region == nil ? "AWS_REGION or the profile" : "--region")
        session = AWSSession(
            region: region, credentials: credentials,
            defaultEndpoint: name == .local ? Deployment.localEndpoint : nil, seconds: 180)
        account = DeploymentAccount(session)
    }

    /// For a call that may take longer than a person waits for others.
    func session(patienceSeconds: Double) -> AWSSession {
        AWSSession(
            region: session.region, credentials: session.credentials,
            defaultEndpoint: isLocal ? Deployment.localEndpoint : nil, seconds: patienceSeconds)
    }

    /// Which one is meant, of which nothing needs to be known yet.
    static func name(_ options: CommonOptions) throws -> EnvironmentName {
        if let name = options.env { return name }
        guard let text = Variable.value("SES_MAIL_ENV") else {
            throw Failure(
                .usage, "Name the deployment: --env test, prod or local, or set SES_MAIL_ENV.")
        }
        guard let name = EnvironmentName(rawValue: text) else {
            throw Failure(.usage, "SES_MAIL_ENV must be test, prod or local.")
        }
        return name
    }

    var isLocal: Bool { name == .local }
    var region: String { session.region }
    var database: DynamoDB { DynamoDB(session, table: tableName) }

    var description: String { "\(name) in \(region)" }
}

extension AWSSession {
    /// Calls that a person waits for: each may take so long, repeats included.
    fileprivate init(
        region: String, credentials: Credentials, defaultEndpoint: String?, seconds: Double
    ) {
        self.init(
            region: region, credentials: credentials,
            endpoints: Environment { name in
                Variable.value(name) ?? (name == "AWS_ENDPOINT_URL" ? defaultEndpoint : nil)
            },
            http: .forPeople, pacing: Pacing(secondsPerCall: seconds, policy: .forPeople))
    }
}
