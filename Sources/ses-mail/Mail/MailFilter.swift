internal import ArgumentParser
internal import Mail

/// The options that choose stored mail.
struct MailFilter: ParsableArguments {
    @Flag(help: "Mail that a rule stores, or keeps.") var stored = false
    @Flag(help: "Spam, viruses, and mail that failed DMARC.") var junk = false
    @Flag(help: "Mail that Gmail refused for good.") var refused = false
    @Flag(help: "Mail whose sender was to get a bounce.") var bounced = false
    @Option(
        help: .init(
            "For this recipient, or for all at a domain (*@example.com).", valueName: "address"))
    var to: String?
    @Option(
        help: .init(
            "From this sender, or from all at a domain and below it (*@example.com).",
            valueName: "pattern"))
    var from: String?
    @Option(help: "Show only mail received since this time. \(Since.helpText)") var since: Since?
    @Option(help: .init("Show only the newest COUNT mails.", valueName: "count")) var limit: Int?

    func validate() throws {
        if let to, EmailAddress(strict: to) == nil {
            throw ValidationError(
                "--to takes an address or *@domain, and \(to.printable) is neither.")
        }
        if let from, SenderPattern(from) == nil {
            throw ValidationError(
                "--from takes an address or *@domain, and \(from.printable) is neither.")
        }
        if let limit, limit < 1 { throw ValidationError("--limit takes a number from 1 on.") }
    }

    /// The kinds that are asked for; none where all are.
    var kinds: [Holding.Kind] {
        let asked = [
            (stored, Holding.Kind.stored), (junk, .junk), (refused, .refused), (bounced, .bounced),
        ]
        return asked.filter(\.0).map(\.1)
    }

    /// Whether every mail is asked for.
    var isEmpty: Bool { kinds.isEmpty && to == nil && from == nil }

    /// Whether a mail with these decisions may be asked for, whatever else is found.
    func mayMatch(_ decisions: [RoutingLogLine]) -> Bool {
        guard !kinds.isEmpty, let known = Holding.kinds(decisions) else { return true }
        return known.contains(where: kinds.contains)
    }

    func matches(_ mail: HeldMail) -> Bool {
        let isOfKind = kinds.isEmpty || mail.holding.kinds.contains(where: kinds.contains)
        return isOfKind && isTo(mail.holding.recipients) && isFrom(mail.stored)
    }

    private func isTo(_ recipients: [String]) -> Bool {
        guard let to, let wanted = EmailAddress(strict: to) else { return true }
        return recipients.contains { recipient in
            guard let address = EmailAddress(recipient) else { return false }
            if wanted.local == "*" { return address.domain == wanted.domain }
            return address == wanted || address.withoutTag == wanted
        }
    }

    private func isFrom(_ mail: StoredMail) -> Bool {
        guard let from, let pattern = SenderPattern(from) else { return true }
        let senders =
            mail.headers.addresses(in: "From") + [EmailAddress(mail.source)].compactMap(\.self)
        return senders.contains { pattern.matches($0, withTags: true) }
    }
}
