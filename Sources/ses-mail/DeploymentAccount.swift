internal import AWS
internal import Text

/// The account that a deployment's credentials belong to, and the settings of the deployment in it,
/// each asked for at most once.
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
        let entry = try ParameterService(session).entry(parameter)
        var settings = DeploymentSettings.unwritten
        if let entry { settings = try DeploymentSettings(entry.value) }
        knownSettings = settings
        return settings
    }
}

extension Deployment {
    /// Who calls, and in which account.
    func caller() throws(AWSError) -> STS.Caller { try account.caller() }

    /// The variable that says which account a deployment is in: `SES_MAIL_ACCOUNT_PROD`.
    private var accountVariable: String {
        "SES_MAIL_ACCOUNT_\(name.rawValue.uppercased())"
    }

    /// Refuses credentials of another account than the variable names. No name of a deployment's
    /// part has the account in it, so that nothing else would notice.
    func checkAccount() throws {
        guard let wanted = Variable.value(accountVariable) else { return }
        guard wanted.utf8.count == 12, wanted.utf8.allSatisfy(\.isASCIIDigit) else {
            throw Failure(
                .usage,
                "\(accountVariable) is not an account: set it to twelve digits, or unset it.")
        }
        let caller = try caller()
        guard caller.account == wanted else {
            throw Failure(
                .refused,
                "The credentials belong to account \(caller.account) (\(caller.arn)), but "
                    + "\(accountVariable) is \(wanted). Nothing was done: check --profile.")
        }
    }
}
