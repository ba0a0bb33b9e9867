internal import AWS
internal import ArgumentParser
internal import JSON
internal import Mail

/// The commands about senders who are blocked or allowed for all recipients.
struct SendersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "senders", abstract: "Block or allow senders, for every address.",
        discussion: """
            A pattern is a@b.example, or *@b.example with the domains below it. Mail from a \
            blocked sender is stored, except to role addresses such as postmaster and abuse. An \
            allowed sender's mail is not junk, where SPF or DMARC proves the sender; a virus is \
            stored all the same. Of several patterns the most specific counts. A single address \
            has lists of its own: ses-mail rules set --only-from and --not-from.
            """,
        subcommands: [
            SendersBlock.self, SendersAllow.self, SendersList.self, SendersRemove.self,
        ])
}

/// Blocks a sender.
struct SendersBlock: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "block", abstract: "Store all mail from a sender, but for role addresses.")

    @OptionGroup var sender: SenderOptions
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        try sender.set(.block, deployment, output)
    }
}

/// Allows a sender.
struct SendersAllow: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "allow", abstract: "Never treat a sender's proved mail as junk.")

    @OptionGroup var sender: SenderOptions
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        try sender.set(.allow, deployment, output)
    }
}

/// The sender who is blocked or allowed.
struct SenderOptions: ParsableArguments {
    @Argument(help: "a@b.example, or *@b.example with the domains below it.")
    var pattern: SenderPattern
    @Option(help: "Why; rules export and senders list show it.") var note: String?

    func validate() throws {
        if let problem = note.flatMap(RuleDescription.problem) {
            throw ValidationError("--note \(problem).")
        }
    }

    /// A note that was there stays, unless there is another one.
    fileprivate func set(
        _ kind: SenderVerdict.Kind, _ deployment: Deployment, _ output: Output
    ) throws {
        Output.progress("reading the sender …")
        let edit = RuleEdit(deployment, output, isGiven: true)
        let old = try edit.table.find(pattern)
        let verdict = SenderVerdict(kind, description: note ?? old?.verdict.description)
        try edit.make(.sender(pattern, verdict), from: old?.stored)
    }
}

/// Lists the senders who are blocked or allowed.
struct SendersList: ListCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the blocked and the allowed senders.")

    @OptionGroup var list: ListOptions
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("reading the senders …")
        let stored = StoredRules(
            try deployment.database.rows(partitionPrefixes: [SenderVerdict.keyPrefix]))
        for (pk, reason) in stored.unreadable {
            Output.complain("The row \(pk) is left out: \(reason).")
        }
        if stored.senders.isEmpty && output.format == .text {
            return output.line(
                "No sender is blocked or allowed. Block one with: "
                    + deployment.command("senders block ADDRESS"))
        }
        output.list(
            stored.senders,
            [
                Column("SENDER", "sender", \.pattern.text),
                Column("VERDICT", "verdict", \.verdict.kind.rawValue),
                Column("ENABLED", "enabled", \.verdict.isEnabled),
                Column("NOTE", "description") { $0.verdict.description ?? "" },
                .data("created_at") { $0.item["created_at"]?.string },
                .data("updated_at") { $0.item["updated_at"]?.string },
            ]
        ) { $0.verdict.isEnabled ? nil : .note }
    }
}

/// Takes back the verdict on a sender.
struct SendersRemove: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "No longer block or allow a sender.",
        aliases: ["delete"])

    @Argument(help: "The pattern, as senders list shows it.") var pattern: SenderPattern
    @Flag(name: .shortAndLong, help: "Do not ask.") var yes = false
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("reading the sender …")
        let table = RuleTable(deployment)
        guard let row = try table.find(pattern) else {
            throw Failure(
                .notFound,
                "\(pattern.text) is neither blocked nor allowed. See who is with: "
                    + deployment.command("senders list"))
        }
        let text = row.entry.text
        try deployment.confirm(
            "Remove the \(text) of \(pattern.text) in \(deployment)?", isGiven: yes)
        let change = RuleChange.remove(row.stored)
        try table.write(change, now: Clock.now())
        output.answer(change.json, "\(row.entry.name): deleted (was: \(text))")
    }
}
