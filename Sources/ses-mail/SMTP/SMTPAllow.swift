internal import AWS
internal import ArgumentParser
internal import JSON
internal import SMTPCredentials

/// Changes the addresses that a credential may send from.
struct SMTPAllow: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "allow", abstract: "Change the addresses that a credential may send from.",
        discussion: """
            --from replaces the list; --add and --remove change it. The password stays.
            ses-mail smtp allow john --from john@example.com --from '*@news.example.com'
            """)

    @Argument(help: Username.help) var user: Username
    @Option(
        name: .customLong("from"),
        help: SenderList.help)
    var senders: [String] = []
    @Option(help: "Add this one. May be repeated.") var add: [String] = []
    @Option(help: "Remove this one, as the list spells it. May be repeated.")
    var remove: [String] = []
    @Flag(help: "Return once IAM has the new list.") var wait = false
    @OptionGroup var options: CommonOptions

    func validate() throws {
        guard senders.isEmpty != (add.isEmpty && remove.isEmpty) else {
            throw ValidationError("Use --from for the whole list, or --add and --remove.")
        }
        try SenderList.check(senders, of: "from")
        try SenderList.check(add, of: "add")
    }

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("reading the credential …")
        let table = CredentialTable(deployment)
        let old = try table.existing(user)
        let list = try changed(old.senders, deployment)
        let isChanged = old.item["allowed_from_addresses"] != .senders(list)
        if isChanged { try table.setSenders(of: old, user, to: list) }
        let isRunning = [.active, .pending, .rotate].contains(old.row.status)
        if wait && isRunning { try waitForPolicy(list, table, deployment) }
        var warnings: [String] = []
        if list.patterns.contains("*") {
            warnings.append(
                "With * it may send from every address of every verified domain.")
        }
        if !isRunning {
            warnings.append(
                "Its status is \(old.row.status.text). Let it send with: "
                    + deployment.command("smtp enable \(user.word)"))
        }
        let words = list.patterns.joined(separator: " ")
        let was = old.senders.joined(separator: " ")
        output.answer(
            [
                "username": user.text.json, "changed": isChanged.json,
                "before": old.senders.json, "after": list.patterns.json,
                "warnings": warnings.json,
            ],
            ([
                isChanged
                    ? "\(user): may send from \(words) (was: \(was))"
                    : "\(user): unchanged (\(words))"
            ] + warnings).map(\.printable).joined(separator: "\n"))
    }

    /// The new list.
    private func changed(
        _ old: [String], _ deployment: Deployment
    ) throws(Failure) -> SenderList {
        if let stranger = remove.first(where: { !old.contains($0) }) {
            throw Failure(
                .notFound,
                "The credential \(user) may not send from \(stranger) anyway. Its list is: "
                    + old.joined(separator: " "))
        }
        let new = senders.isEmpty ? old.filter { !remove.contains($0) } + add : senders
        do {
            return try SenderList(.list(new.map { .string($0) }))
        } catch {
            switch error {
            case .missing:
                throw Failure(
                    .failed,
                    "\(user) needs at least one sender address, so it stays as it is. Stop it "
                        + "with: " + deployment.command("smtp disable \(user.word)"))
            case .malformed(let position):
                throw Failure(
                    .failed,
                    "The list of \(user) holds \(new[position - 1]), which is not an address, "
                        + "*@domain or *. Nothing was changed. Take it out with --remove.")
            }
        }
    }

    private func waitForPolicy(
        _ list: SenderList, _ table: CredentialTable, _ deployment: Deployment
    ) throws {
        let iam = IAM(deployment.session)
        _ = try table.wait(for: user, pacing: deployment.session.pacing) { view in
            guard view.row.status == .active, view.row.hasPassword,
                let name = view.row.iamUserName
            else { return false }
            return try iam.policy(named: CredentialPlan.policyName, of: name) == list.policy
        }
    }
}

extension SenderList {
    static let help: ArgumentHelp =
        "An address, *@domain or *; compared with case. May be repeated."

    /// Checks the patterns that an option was given.
    /// - Throws: `ValidationError` that names the first wrong one.
    static func check(_ patterns: [String], of option: String) throws {
        if patterns.isEmpty { return }
        do {
            _ = try SenderList(.list(patterns.map { .string($0) }))
        } catch SenderListError.malformed(let position) {
            throw ValidationError(
                "--\(option) number \(position) is not an address, *@domain or *.")
        }
    }
}

extension AttributeValue {
    /// The patterns in the form of a row's list of senders.
    static func senders(_ list: SenderList) -> AttributeValue {
        .list(list.patterns.map { .string($0) })
    }
}
