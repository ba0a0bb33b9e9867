internal import ArgumentParser
internal import JSON
internal import Mail

/// Shows who gets an address, and why.
struct RulesExplain: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Show who gets an address, and why.",
        discussion: """
            Looks the address up as the router does: the first candidate with an enabled rule \
            decides. Mail that is spam, has a virus or is rejected by DMARC is stored whatever the \
            rules say. The exit status is 2 where the mail could not be routed.
            """)

    @Argument(help: "A recipient as a mail would name it.") var address: String
    @OptionGroup var options: CommonOptions

    func validate() throws {
        guard EmailAddress(address) != nil else {
            throw ValidationError("\(address.printable) is not an address: name a user@domain.")
        }
    }

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("reading the rules …")
        let table = RuleTable(deployment)
        let explanation = RuleExplanation(
            address,
            rows: try table.find(
                keys: RoutingTable.keys(for: RoutedMail(recipients: [address]))))
        if output.isJSON {
            output.json(explanation.json)
        } else {
            output.line(explanation.sentence.printable)
            output.table(
                Array(explanation.candidates.enumerated()),
                [
                    .shown { "  \($0.offset + 1)" }, .shown { $0.element.pattern },
                    .shown { $0.element.state.rawValue }, .shown { $0.element.content ?? "" },
                ],
                severity: { $0.element.state == .matched ? .ok : .note })
            for warning in explanation.warnings { output.line(warning.printable) }
        }
        if case .stuck(let problem) = explanation.fate {
            throw Failure(
                .findings,
                "\(problem) Fix it with: "
                    + deployment.command("rules set ADDRESS forward MAILBOX"))
        }
    }
}

/// The reason why mail to an address goes where it goes: the router's own look-up and decision,
/// candidate by candidate. Pure.
struct RuleExplanation: Equatable {
    struct Candidate: Equatable {
        enum State: String {
            case absent = "no rule"
            case disabled
            case matched
            case notReached = "not reached"
        }

        let pattern: String
        let state: State
        let content: String?
    }

    enum Fate: Equatable {
        case forward(to: String)
        case bounce
        case store
        /// The router fails, so that the mail waits in the dead-letter queue.
        case stuck(String)
    }

    let recipient: String
    let candidates: [Candidate]
    let fate: Fate
    /// The key of the rule that decided.
    let rule: String?
    let reason: String?
    let warnings: [String]

    /// - Parameter rows: what was found under the candidates' keys.
    init(_ recipient: String, rows: [RuleRow]) {
        self.recipient = recipient
        let found = Dictionary(
            rows.map { (RoutingKey(pk: $0.pk), $0) }, uniquingKeysWith: { first, _ in first })
        var matched: RuleRow?
        candidates = RoutingKey.candidates(for: recipient).map { key in
            let row = found[key]
            let isFirst = matched == nil && row?.rule.isEnabled == true
            if isFirst { matched = row }
            let state: Candidate.State =
                switch row {
                case nil: .absent
                case let row? where !row.rule.isEnabled: .disabled
                default: isFirst ? .matched : .notReached
                }
            return Candidate(
                pattern: String(
                    decoding: key.pk.utf8.dropFirst("ROUTE#".utf8.count), as: UTF8.self),
                state: state, content: row?.content.text)
        }
        do {
            let outcome = try RoutingPolicy.decide(
                RoutedMail(recipients: [recipient]),
                by: RoutingTable(rows.map(\.tableRow)), junkDelivery: .store)
            warnings = outcome.warnings.map(\.description)
            if let forward = outcome.actions.forwardToGmail.first {
                fate = .forward(to: forward.destination)
                rule = forward.rule
                reason = nil
            } else {
                let stored = outcome.actions.store.first
                fate = stored == nil ? .bounce : .store
                let target = stored ?? outcome.actions.bounce.first
                rule = target?.rule
                reason = target?.reason?.rawValue
            }
        } catch {
            fate = .stuck(error.description)
            rule = matched?.pk
            reason = nil
            warnings = []
        }
    }
}

extension RuleExplanation {
    /// The decision in a sentence.
    var sentence: String {
        let what =
            switch fate {
            case .forward(let destination): "is forwarded to \(destination)"
            case .bounce: "is bounced"
            case .store: "is stored"
            case .stuck: "cannot be routed"
            }
        let pattern = rule.map {
            String(decoding: $0.utf8.dropFirst("ROUTE#".utf8.count), as: UTF8.self)
        }
        let why =
            switch reason {
            case "role-address"?: ": a role address never bounces by a wildcard or without a rule"
            default: pattern.map { ", by the rule for \($0)" } ?? ": there is no rule for it"
            }
        return "Mail to \(recipient) \(what)\(why)."
    }

    var action: String {
        switch fate {
        case .forward: "forward-to-gmail"
        case .bounce: "bounce"
        case .store: "store"
        case .stuck: "fail"
        }
    }

    var json: JSONValue {
        var members: [JSONValue.Member] = [
            .init("recipient", recipient.json), .init("action", action.json),
        ]
        if case .forward(let destination) = fate {
            members.append(.init("destination", destination.json))
        }
        var notes = warnings
        if case .stuck(let problem) = fate { notes.append(problem) }
        let columns: Columns<Candidate> = [
            .data("recipient", \.pattern), .data("state", \.state.rawValue),
            .data("rule", \.content),
        ]
        return .object(
            members + [
                .init("rule", rule.json), .init("reason", reason.json),
                .init("warnings", notes.json), .init("candidates", columns.array(candidates)),
            ])
    }
}
