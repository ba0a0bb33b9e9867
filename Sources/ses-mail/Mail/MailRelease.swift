internal import AWS
internal import ArgumentParser
internal import JSON
internal import Mail

/// Imports stored mail into Gmail, whatever the verdict on it was.
struct MailRelease: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "Import stored mail into Gmail, whatever its verdict was.",
        discussion: """
            The forwarder imports the mail, once a mailbox however often it is asked, and the \
            stored copy stays. The mailboxes are those of the recipients' rules as they are now, \
            even where a rule's senders or its end keep the mail out. The command shows what it \
            will do, then asks.

            Gmail is told never to put the mail into Spam. If Gmail holds the message in Spam \
            already, it is not verified that a release moves it: look into Spam too.
            """)

    @Argument(
        help: .init(
            "SES ids: messageId in every log line, the last part of the S3 key.",
            valueName: "ses-id"))
    var messageIDs: [String]
    @Option(
        help: .init(
            """
            A Gmail mailbox, instead of those of the rules; or a recipient of the mail, for the \
            mailboxes of its rule alone. May be repeated.
            """, valueName: "address"))
    var to: [String] = []
    @Option(
        help: .init(
            "A label of the mailbox by its name or id, beside the rule's. May be repeated.",
            valueName: "name"))
    var label: [String] = []
    @Flag(
        help: """
            Allow the sender from now on: spam and DMARC failures of the address in From are \
            passed over where it is proved. Viruses are stored all the same.
            """)
    var allow = false
    @Flag(help: "Import also into mailboxes that have the mail, or had it, already.")
    var again = false
    @Flag(name: .shortAndLong, help: "Do not ask.") var yes = false
    @OptionGroup var options: CommonOptions

    func validate() throws {
        for id in messageIDs { try SESIdentifier.check(id) }
        for address in to where EmailAddress(strict: address) == nil {
            throw ValidationError("--to takes mail addresses, and \(address.printable) is not one.")
        }
    }

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("looking at the stored mail, its recipients and their rules …")
        let plan = ReleasePlan(bucket: try MailBucket(deployment), places: to, labels: label)
        let releases = try messageIDs.uniqued.map { try plan.release($0) }
        var senders: [AllowedSender] = []
        for release in releases where allow {
            let sender = try AllowedSender(of: release.mail)
            if !senders.contains(sender) { senders.append(sender) }
        }
        let changes = try senders.compactMap { try $0.change(in: deployment) }
        if !output.isJSON { output.table(releases, Release.columns) }
        try deployment.confirm(question(releases, senders, deployment), isGiven: yes)
        for change in changes { try RuleTable(deployment).write(change, now: Clock.now()) }
        try perform(releases, deployment)
        if output.isJSON {
            return output.json([
                "released": Release.columns.array(releases),
                "allowed": senders.map(\.pattern.text).json,
            ])
        }
        for sender in senders.map(\.pattern.text) { output.line("\(sender) is allowed.") }
        for id in messageIDs.uniqued {
            output.line("Follow it with: \(deployment.command("trace \(id)"))")
        }
    }

    private func perform(_ releases: [Release], _ deployment: Deployment) throws {
        let refusals = Refusals(deployment.database)
        for (index, release) in releases.enumerated() {
            do {
                let event = try release.event()
                try refusals.forget(release.mail.messageID, again: again)
                _ = try event.put(on: deployment)
            } catch {
                guard index > 0 else { throw error }
                throw Failure(error, in: deployment, "After \(index.counted("mail"))")
            }
        }
    }

    private func question(
        _ releases: [Release], _ senders: [AllowedSender], _ deployment: Deployment
    ) -> String {
        let infected = releases.count(where: \.hasVirus)
        let warning =
            infected == 0 ? "" : "SES found a virus in \(infected.counted("mail")) of these. "
        let mailboxes = releases.flatMap(\.mailboxes).uniqued.joined(separator: ", ")
        let allowance =
            senders.isEmpty
            ? "" : " and allow \(senders.map(\.pattern.text).joined(separator: ", "))"
        return "\(warning)Import \(releases.count.counted("mail")) into \(mailboxes)\(allowance) "
            + "in \(deployment)?"
    }
}

/// A sender whose mail is no junk any more: the row `SENDER#address` of exactly that address.
struct AllowedSender: Equatable {
    let pattern: SenderPattern

    /// - Throws: where From does not name exactly one address: of several, nobody knows which one
    ///   is to be trusted.
    init(of mail: StoredMail) throws(Failure) {
        let addresses = mail.headers.addresses(in: "From")
        guard let only = addresses.first, addresses.count == 1,
            let pattern = SenderPattern(only.text), !pattern.isDomain
        else {
            throw Failure(
                .refused,
                "The sender of \(mail.messageID) cannot be allowed: its From field does not name "
                    + "exactly one address. Leave --allow out. Nothing was released.")
        }
        self.pattern = pattern
    }

    /// The change that allows the sender; nil if the row says so already. A block is not turned
    /// into its opposite.
    func change(in deployment: Deployment) throws -> RuleChange? {
        let old = try RuleTable(deployment).find(pattern)
        if let old, old.verdict.kind == .block {
            throw Failure(
                .refused,
                "\(pattern.text) is blocked, and stays so. Take the block back with: "
                    + "\(deployment.command("senders remove \(pattern.text.shellWord)")), or leave "
                    + "--allow out. Nothing was released.")
        }
        let allow = SenderVerdict(.allow, description: old?.verdict.description)
        return RuleChange(from: old?.stored, to: .sender(pattern, allow))
    }
}
