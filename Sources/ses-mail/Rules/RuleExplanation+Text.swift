internal import JSON
internal import Mail

/// The explanation in words.
extension RuleExplanation {
    /// The decision in a sentence.
    var sentence: String {
        "Mail to \(recipient) \(fate)\(why)."
    }

    /// The decision as the end of a sentence about the mail.
    var fate: String {
        let mailboxes = destinations.listed
        if problem != nil { return "cannot be routed" }
        if isBounced { return "is bounced" }
        if destinations.isEmpty { return "is stored" }
        if isJunk { return "is stored, and put into Spam of \(mailboxes)" }
        return "is forwarded to \(mailboxes)" + (isStored ? ", and kept" : "")
    }

    private var why: String {
        let by = rule.map { ", by the rule for \(RuleIndex.pattern(of: $0))" }
        switch reason {
        case .roleAddress?: return ": a role address never bounces by a wildcard or without a rule"
        case .ended?: return "\(by ?? ""), which has ended"
        case .senderNotListed?: return "\(by ?? ""), which does not let this sender in"
        case .blockedSender?: return ": its sender is blocked"
        case .virus?: return ": it has a virus"
        case .spam?: return "\(by ?? ""): it is spam"
        case .dmarcReject?, .dmarcQuarantine?:
            return "\(by ?? ""): DMARC failed, and its sender's domain asks for that"
        default: return by ?? (problem == nil ? ": there is no rule for it" : "")
        }
    }

    /// What else the rule that decides does, a sentence each.
    var conditions: [String] {
        guard let decider else { return [] }
        var lines: [String] = []
        if let end = decider.end, reason != .ended {
            lines.append("The rule ends at \(end.text); later mail is \(end.then.done).")
        }
        if let senders = decider.senders {
            let words = [
                senders.only.map { "only from \($0.map(\.text).listed), where that is proved" },
                senders.not.isEmpty ? nil : "not from \(senders.not.map(\.text).listed)",
            ].compactMap { $0 }.joined(separator: ", and ")
            lines.append("The rule is \(words); other mail is \(senders.otherwise.done).")
        }
        return lines
    }

    /// The explanation as a document.
    /// - Parameter junk: the explanation of the same mail as spam.
    func json(junk: RuleExplanation, _ delivery: JunkDelivery) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("recipient", recipient.json), .init("action", action.json),
        ]
        if let first = destinations.first {
            members.append(.init("destination", first.json))
            members.append(.init("destinations", destinations.json))
        }
        let columns: Columns<Candidate> = [
            .data("recipient", \.pattern), .data("state", \.state.rawValue),
            .data("rule", \.content),
        ]
        let notes = warnings + [problem].compactMap { $0 }
        return .object(
            members + [
                .init("kept", (!destinations.isEmpty && isStored).json),
                .init("rule", rule.json), .init("reason", reason?.rawValue.json ?? .null),
                .init("attributes", decider?.attributes ?? .null),
                .init("warnings", notes.json), .init("candidates", columns.array(candidates)),
                .init(
                    "junk",
                    [
                        "junk_delivery": delivery.rawValue.json, "action": junk.action.json,
                        "destinations": junk.destinations.json,
                    ]),
            ])
    }
}

extension RuleEnd.Then {
    var done: String {
        switch self {
        case .bounce: "bounced"
        case .store: "stored"
        }
    }
}

extension SenderCondition.Otherwise {
    var done: String {
        switch self {
        case .bounce: "bounced"
        case .store: "stored"
        case .junk: "junk"
        }
    }
}

extension [String] {
    /// `a, b and c`
    var listed: String {
        guard let last, count > 1 else { return first ?? "" }
        return "\(dropLast().joined(separator: ", ")) and \(last)"
    }
}
