internal import AWS
internal import ArgumentParser
internal import JSON
internal import SMTPCredentials

/// Compares the rows with IAM.
struct SMTPReconcile: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "reconcile", abstract: "Compare rows and IAM, and fix what differs.",
        discussion: """
            For use after an outage of more than 12 hours, which the stream's records do not \
            outlive. Without --apply it only shows the differences. The exit status is 2 where a \
            difference is left.
            """)

    @Flag(help: "Change IAM to match the rows.") var apply = false
    @Flag(name: .shortAndLong, help: "Do not ask.") var yes = false
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("comparing …")
        let reconciliation = Reconciliation(try manager(deployment))
        let findings = try reconciliation.findings()
        if !output.isJSON {
            for finding in findings { output.line(finding.words.printable) }
        }
        let fixable = findings.filter(\.isFixable)
        var outcomes: [RowOutcome] = []
        if apply && !fixable.isEmpty {
            try deployment.confirm(
                "Fix \(fixable.count.counted("difference")) in \(deployment)?", isGiven: yes)
            for finding in fixable {
                do {
                    outcomes.append(try reconciliation.mend(finding))
                } catch {
                    guard !outcomes.isEmpty else { throw error }
                    throw Failure(
                        error, in: deployment, "Fixed \(outcomes.count) of \(findings.count), then")
                }
            }
        }
        let left = findings.count - outcomes.count
        output.answer(
            [
                "findings": findings.map(\.words).json,
                "outcomes": outcomes.map { "\($0)" }.json,
                "fixed": outcomes.count.json, "left": left.json,
            ], summary(findings.count, fixed: outcomes.count, fixable: fixable.count, deployment))
        if left > 0 { try Severity.conclude([.error]) }
    }

    private func summary(
        _ count: Int, fixed: Int, fixable: Int, _ deployment: Deployment
    ) -> String {
        if count == 0 { return "Rows and IAM agree." }
        let byHand = count == fixable ? "" : " \(count - fixable) must be fixed by hand."
        if apply { return "Fixed \(fixed) of \(count).\(byHand)" }
        return fixable == 0
            ? "\(count) of \(count) must be fixed by hand."
            : "Fix this with: \(deployment.command("smtp reconcile --apply"))"
    }

    /// The credential manager as it is deployed, with its permissions boundary.
    private func manager(_ deployment: Deployment) throws -> CredentialManager {
        let session = deployment.session
        let name = FunctionChoice.credentials.name(in: deployment.name)
        guard let function = try LambdaService(session).function(name) else {
            try deployment.require(.smtp)
            throw Failure(missing: "function \(name)", in: deployment)
        }
        let services = AWSCredentialServices(
            session, table: deployment.tableName, encryptionKey: deployment.smtpKey,
            epochSeconds: Clock.epochSeconds)
        return CredentialManager(
            services, region: deployment.region, environmentName: deployment.name.rawValue,
            permissionsBoundary: function.variables["SMTP_PERMISSIONS_BOUNDARY"],
            pacing: session.pacing, epochSeconds: Clock.epochSeconds)
    }
}

extension Reconciliation.Finding {
    /// The difference, and the steps that fix it.
    var words: String {
        switch self {
        case .row(let name, let steps):
            "\(name): \(steps.map(\.words).joined(separator: ", then "))"
        case .illegalUsername(let sortKey):
            "\(sortKey): no credential can have this name; write the error into the row"
        case .orphan(let userName, .some):
            "\(userName): no row names this IAM user; delete it with its keys"
        case .orphan(let userName, nil):
            "\(userName): no row names this IAM user, and no tag names its owner; delete it by hand"
        }
    }

    /// Whether the program may fix it: an orphan without an owner's tag is left to a person.
    fileprivate var isFixable: Bool {
        if case .orphan(_, nil) = self { false } else { true }
    }
}

extension CredentialPlan.Step {
    fileprivate var words: String {
        switch self {
        case .nameUser: "write the IAM user's name into the row"
        case .createUser: "create the IAM user"
        case .putBoundary: "set the permissions boundary"
        case .putPolicy: "write the policy of the row's list"
        case .issueKey: "make a key and store its password"
        case .rotateKey(let old): "make a new key beside \(old)"
        case .setKey(let id, let isActive): "make key \(id) \(isActive ? "active" : "inactive")"
        case .deleteKey(let id): "delete key \(id)"
        case .deletePolicy(let name): "delete the policy \(name)"
        case .deleteUser: "delete the IAM user"
        case .reportError(let message): "set status=error: \(message)"
        case .waitForUser: "wait for IAM"
        }
    }
}
