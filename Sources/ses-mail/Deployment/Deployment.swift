internal import AWS
internal import HTTP
internal import Process
internal import Text

/// The deployment that a command works on, and the credentials for it.
struct Deployment: CustomStringConvertible {
    let name: EnvironmentName
    let session: AWSSession
    /// The form in which printed commands name this deployment.
    let followUp: FollowUp
    let account: DeploymentAccount
    /// The account in the user's configuration file.
    private let configuredAccount: String?

    /// The address at which `local-cloud up` listens by default.
    static let localEndpoint = "https://127.0.0.1:4566"
    static let localRegion = "ap-southeast-2"

    init(_ options: CommonOptions) throws {
        let name = try Deployment.name(options)
        self.name = name
        let place = try UserConfiguration.place(of: name)
        let remaining = place.remaining(besides: options)
        followUp = FollowUp(options, for: name, configured: remaining)
        configuredAccount = place.account
        let profile = options.profile ?? Variable.value("AWS_PROFILE") ?? remaining.profile
        let credentials: Credentials
        let region: String
        if name == .local {
            // The emulated AWS knows this operator; real keys must not go there.
            credentials = Credentials(
                accessKeyID: "operator", secretAccessKey: Secret("operator"))
            region = options.region ?? Deployment.localRegion
        } else {
            let regionLookUp =
                (options.region ?? remaining.region).map { region in { region } }
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

    /// A session for a call that may take longer than others.
    func session(patienceSeconds: Double) -> AWSSession {
        AWSSession(
            region: session.region, credentials: session.credentials,
            defaultEndpoint: isLocal ? Deployment.localEndpoint : nil, seconds: patienceSeconds)
    }

    /// The name of the deployment that is meant, without a look at AWS.
    static func name(_ options: CommonOptions) throws -> EnvironmentName {
        guard let name = try options.env ?? usualName() else {
            throw Failure(
                .usage, "Name the deployment: --env test, prod or local, or set SES_MAIL_ENV.")
        }
        return name
    }

    /// The name of the deployment that is meant where no option names one: that of the variable, or
    /// the default environment of the user's configuration file.
    static func usualName() throws -> EnvironmentName? {
        guard let text = Variable.value("SES_MAIL_ENV") else {
            return try UserConfiguration.ofUser().defaultEnvironment
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
    /// A session for a person who waits, with this time for each call, repeats included.
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

/// The account of a deployment's credentials, and the settings of the deployment, each read at most
/// once.
final class DeploymentAccount {
    private let session: AWSSession
    private var known: STS.Caller?
    private var knownSettings: DeploymentSettings?

    init(_ session: AWSSession) {
        self.session = session
    }

    func caller() throws(AWSError) -> STS.Caller {
        if let known { return known }
        let caller = try STS(session).caller()
        known = caller
        return caller
    }

    /// - Parameter parameter: the name of the parameter that Terraform writes them into.
    func settings(_ parameter: String) throws(AWSError) -> DeploymentSettings {
        if let knownSettings { return knownSettings }
        let entry = try SSM(session).entry(parameter)
        var settings = DeploymentSettings.unwritten
        if let entry { settings = try DeploymentSettings(entry.value) }
        knownSettings = settings
        return settings
    }
}

extension Deployment {
    /// The identity of the caller, and its account.
    func caller() throws(AWSError) -> STS.Caller { try account.caller() }

    /// The variable that names the deployment's account: `SES_MAIL_ACCOUNT_PROD`.
    private var accountVariable: String {
        "SES_MAIL_ACCOUNT_\(name.rawValue.uppercased())"
    }

    /// Refuses credentials of another account than the one that the variable, or else the user's
    /// configuration file, names. The names of a deployment's parts do not contain the account, so
    /// nothing else would notice.
    func checkAccount() throws {
        let variable = Variable.value(accountVariable)
        guard variable.map(Setting.isAccount) ?? true else {
            throw Failure(
                .usage,
                "\(accountVariable) is not an account: set it to twelve digits, or unset it.")
        }
        guard let wanted = variable ?? configuredAccount else { return }
        let caller = try caller()
        guard caller.account == wanted else {
            let source =
                variable == nil
                ? "the account of \(name) in \(UserConfiguration.path ?? "")" : accountVariable
            throw Failure(
                .refused,
                "The credentials belong to account \(caller.account) (\(caller.arn)), but "
                    + "\(source) is \(wanted). Nothing was done: check --profile.")
        }
    }
}
