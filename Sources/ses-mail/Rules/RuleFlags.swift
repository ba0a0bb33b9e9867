internal import ArgumentParser
internal import Mail
internal import Text

/// The options of a rule, as `rules set` and `rules new` take them.
struct RuleFlags: ParsableArguments {
    @Option(help: "Free text; for bounce rules the sender sees it in the bounce message.")
    var description: String?
    @Flag(help: "Keep the stored mail after it was forwarded.") var keep = false
    @Option(
        parsing: .upToNextOption,
        help: .init("Gmail labels, by id or by name.", valueName: "name"))
    var label: [String] = []
    @Flag(help: "Archive the mail: skip the inbox.") var archive = false
    @Flag(help: "Mark the mail as read.") var read = false
    @Flag(help: "Star the mail.") var star = false
    @Flag(help: "Keep Gmail from putting the mail into Spam.") var neverSpam = false
    @Flag(help: "Let Gmail take invitations into the calendar, where From is proved.")
    var calendar = false
    @Option(help: "The rule ends then: 30d, 12h, 2027-01-31 or 2027-01-31T09:00:00Z.")
    var until: Moment?
    @Option(help: "What becomes of mail after --until: bounce (the default) or store.")
    var then: RuleEnd.Then?
    @Option(
        parsing: .upToNextOption,
        help: .init("Only these senders, proved: a@b.example or *@b.example.", valueName: "sender"))
    var onlyFrom: [SenderPattern] = []
    @Option(
        parsing: .upToNextOption,
        help: .init("Not these senders: a@b.example or *@b.example.", valueName: "sender"))
    var notFrom: [SenderPattern] = []
    @Option(help: "What becomes of mail from others: store (the default), bounce or junk.")
    var otherwise: SenderCondition.Otherwise?

    /// Checks what can be checked before AWS is asked.
    func check(_ action: RuleAction, _ targets: [String]) throws {
        if let problem = description.flatMap(RuleDescription.problem) {
            throw ValidationError("--description \(problem).")
        }
        if action == .forward {
            if targets.isEmpty {
                throw ValidationError("forward needs the Gmail address to forward to.")
            }
            for target in targets where EmailAddress(strict: target) == nil {
                throw ValidationError("\(target.printable) is not a mail address to forward to.")
            }
        } else {
            if !targets.isEmpty { throw ValidationError("\(action.rawValue) takes no target.") }
            let given = [
                (keep, "keep"), (!label.isEmpty, "label"), (archive, "archive"), (read, "read"),
                (star, "star"), (neverSpam, "never-spam"), (calendar, "calendar"),
            ].first(where: \.0)
            if let (_, name) = given { throw ValidationError("--\(name) is for forward only.") }
        }
        // A list of values ends at the next option only.
        let given = label.first { EmailAddress(strict: $0) != nil }
        if let given {
            throw ValidationError(
                "\(given.printable) follows --label: name the Gmail addresses before the options.")
        }
        if Set(label).count > RoutingRule.maximumLabels {
            throw ValidationError("--label takes \(RoutingRule.maximumLabels) labels at most.")
        }
        if then != nil, until == nil { throw ValidationError("--then needs --until.") }
        if otherwise != nil, onlyFrom.isEmpty, notFrom.isEmpty {
            throw ValidationError("--otherwise needs --only-from or --not-from.")
        }
    }

    /// The rule that the options say, enabled.
    /// - Throws: `Failure` where the router could not take it.
    func rule(
        _ pattern: RulePattern, _ action: RuleAction, _ targets: [String],
        labels: LabelDirectory
    ) throws -> RoutingRule {
        var rule = RoutingRule(pk: pattern.pk, action: action.action, description: description)
        rule.destinations = targets
        rule.keepsCopy = keep
        if !label.isEmpty {
            for mailbox in rule.mailboxes {
                rule.labelIDs[mailbox.address] = try labels.identifiers(
                    of: label, in: mailbox.address)
            }
        }
        rule.inGmail.isInInbox = !archive
        rule.inGmail.isUnread = !read
        rule.inGmail.isStarred = star
        rule.inGmail.isNeverSpam = neverSpam
        rule.inGmail.isInCalendar = calendar
        rule.end = until.flatMap { RuleEnd(Clock.text($0.epochSeconds), then: then ?? .bounce) }
        if !onlyFrom.isEmpty || !notFrom.isEmpty {
            rule.senders = SenderCondition(
                only: onlyFrom.isEmpty ? nil : onlyFrom, not: notFrom,
                otherwise: otherwise ?? .store)
        }
        // Read as the router reads it.
        let read = RoutingRule(pk: pattern.pk, attributes: rule.attributes)
        if let problem = read.problems.first {
            throw Failure(.usage, "The rule would be wrong: \(problem). Nothing was changed.")
        }
        return read
    }
}

/// A moment to come, as a person gives it.
struct Moment: ExpressibleByArgument {
    let epochSeconds: Int

    init?(argument: String) {
        let now = Clock.epochSeconds()
        guard
            let moment = Clock.seconds(of: argument).map({ now + $0 })
                ?? Clock.epochSeconds(of: argument),
            moment >= 0
        else { return nil }
        epochSeconds = moment
    }
}

extension SenderPattern: ExpressibleByArgument {
    package init?(argument: String) {
        self.init(argument)
    }
}

extension RuleEnd.Then: ExpressibleByArgument {}
extension SenderCondition.Otherwise: ExpressibleByArgument {}
