internal import JSON
internal import Mail
internal import Text

/// The aliases of another service, as rules of this one.
struct ForeignRules {
    /// A file of rules, as `rules export` prints it.
    let document: JSONValue
    /// What is not taken over, a sentence each.
    let notes: [String]

    init(_ bytes: [UInt8], named name: String, from service: ForeignService) throws(Failure) {
        var entries: [JSONValue] = []
        var notes: [String] = []
        var seen: Set<RoutingKey> = []
        for finding in try service.findings(in: ForeignFile(bytes, named: name, of: service)) {
            switch finding {
            case .part(let words): notes.append("The file is a part of the export only: \(words).")
            case .leftOut(let what, let why): notes.append(Self.leftOut(what, why))
            case .alias(let alias):
                guard let pattern = RulePattern(alias.address) else {
                    notes.append(Self.leftOut(alias.address, "it is not an address"))
                    continue
                }
                guard seen.insert(pattern.key).inserted else {
                    notes.append(
                        Self.leftOut(pattern.text, "an entry before is for the same address"))
                    continue
                }
                let (rule, losses) = alias.rule(for: pattern)
                guard let rule else {
                    notes.append(Self.leftOut(pattern.text, losses.joined(separator: ", ")))
                    continue
                }
                notes += losses.map { "Not taken over of \(pattern): \($0)." }
                let recipient = JSONValue.Member("recipient", .string(pattern.text))
                entries.append(.object([recipient] + (rule.attributes.members ?? [])))
            }
        }
        let disabled = entries.count { $0["enabled"] == false }
        if disabled > 0 {
            notes.append(
                disabled == 1
                    ? "One alias is disabled: here its mail goes by a wider rule, if there is one."
                    : "\(disabled) aliases are disabled: here their mail goes by a wider rule, if "
                        + "there is one.")
        }
        document = .array(entries)
        self.notes = notes
    }

    private static func leftOut(_ what: String, _ why: String) -> String {
        "Left out \(what.isEmpty ? "(no name)" : what): \(why)."
    }
}

/// An entry of an export.
enum ForeignFinding {
    case alias(ForeignAlias)
    /// The name of an entry without a counterpart, and the reason.
    case leftOut(String, String)
    /// The file is not the whole export.
    case part(String)
}

/// An alias of another service.
struct ForeignAlias {
    /// `shop@example.com`, or `*@example.com` for all of a domain.
    let address: String
    /// Mail addresses, and what else the service delivers to.
    var recipients: [String]
    var isEnabled = true
    var description = ""
    var action = RoutingRule.Action.forwardToGmail
    /// What the alias does beside forwarding, and a rule does not.
    var losses: [String] = []

    /// The rule, nil where there can be none, and what it lacks.
    func rule(for pattern: RulePattern) -> (rule: RoutingRule?, losses: [String]) {
        let (addresses, others) = (
            recipients.filter { EmailAddress(strict: $0) != nil },
            recipients.filter { EmailAddress(strict: $0) == nil }
        )
        // The address of a webhook may hold a secret.
        let lost =
            losses + others.map { $0.contains("/") ? "a webhook" : "the recipient \($0)" }
        var rule = RoutingRule(pk: pattern.pk, action: action, isEnabled: isEnabled)
        rule.description = description.isEmpty ? nil : RuleDescription.plain(description)
        guard action == .forwardToGmail else { return (rule, lost) }
        guard !addresses.isEmpty else {
            return (nil, ["it has no recipient that is a mail address"])
        }
        guard addresses.count <= RoutingRule.maximumDestinations else {
            return (nil, ["it has more than \(RoutingRule.maximumDestinations) recipients"])
        }
        rule.destinations = addresses
        return (rule, lost)
    }
}
