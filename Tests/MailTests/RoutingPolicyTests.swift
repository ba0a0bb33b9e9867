import TestSupport
import Testing

@testable import Mail

struct RoutingPolicyTests {
    private static func rule(
        _ pattern: String, _ action: RoutingRule.Action, target: String? = nil,
        isEnabled: Bool = true
    ) -> RoutingRule {
        RoutingRule(
            pk: "ROUTE#\(pattern)", action: action, target: target, isEnabled: isEnabled,
            description: "about \(pattern)")
    }

    private static let exact = rule("user+tag@e.f", .forwardToGmail, target: "exact@gmail.com")
    private static let untagged = rule("user@e.f", .forwardToGmail, target: "plain@gmail.com")
    private static let domain = rule("*@e.f", .forwardToGmail, target: "domain@gmail.com")
    private static let global = rule("*", .bounce)

    @Test(
        "The most precise rule that is enabled wins",
        arguments: [
            ("user+tag@e.f", [exact, untagged, domain, global], "exact@gmail.com"),
            ("user+tag@e.f", [global, domain, untagged, exact], "exact@gmail.com"),
            ("USER+TAG@E.F", [exact, untagged, domain, global], "exact@gmail.com"),
            ("user+tag@e.f", [untagged, domain, global], "plain@gmail.com"),
            ("user+other@e.f", [exact, untagged, domain, global], "plain@gmail.com"),
            ("user@e.f", [exact, untagged, domain, global], "plain@gmail.com"),
            ("else@e.f", [exact, untagged, domain, global], "domain@gmail.com"),
            ("user@other.f", [exact, untagged, domain, global], nil),
            ("user@sub.e.f", [exact, untagged, domain, global], nil),
            (
                "user@e.f",
                [rule("user@e.f", .bounce, isEnabled: false), domain, global], "domain@gmail.com"
            ),
            ("User@E.f", [rule("User@E.f", .forwardToGmail, target: "as@is"), untagged], "as@is"),
            ("u\u{212A}@e.f", [rule("uk@e.f", .forwardToGmail, target: "k@gmail.com")], nil),
            ("e\u{301}@e.f", [rule("\u{E9}@e.f", .forwardToGmail, target: "k@gmail.com")], nil),
        ] as [(String, [RoutingRule], String?)])
    func precedence(recipient: String, rules: [RoutingRule], destination: String?) throws {
        let actions = try RoutingPolicy.decide(recipients: [recipient], rules: rules).actions
        #expect(actions.forwardToGmail.map(\.destination) == (destination.map { [$0] } ?? []))
        #expect(actions.bounce.count == (destination == nil ? 1 : 0))
        #expect(actions.store.isEmpty)
    }

    @Test("A forward names the recipient as received, the destination and the rule")
    func forward() throws {
        let actions = try RoutingPolicy.decide(recipients: ["User@E.F"], rules: [Self.untagged])
            .actions
        #expect(
            actions
                == RoutingActions(forwardToGmail: [
                    ForwardTarget(
                        target: "User@E.F", destination: "plain@gmail.com", rule: "ROUTE#user@e.f")
                ]))
    }

    @Test(
        "A rule to forward without an address to forward to is a failure and no bounce",
        arguments: [nil, "", "  ", "gmail.com", "@gmail.com", "me@"])
    func forwardWithoutTarget(target: String?) {
        let rules = [Self.rule("user@e.f", .forwardToGmail, target: target), Self.domain]
        #expect(throws: RoutingFailure.forwardWithoutTarget(rule: "ROUTE#user@e.f")) {
            try RoutingPolicy.decide(recipients: ["user@e.f"], rules: rules)
        }
    }

    @Test("A bounce or a store names the rule with its description")
    func bounceAndStore() throws {
        let rules = [Self.global, Self.rule("user@e.f", .store)]
        let actions = try RoutingPolicy.decide(recipients: ["user@e.f", "x@y.z"], rules: rules)
            .actions
        #expect(
            actions
                == RoutingActions(
                    store: [
                        RoutingTarget(
                            target: "user@e.f", rule: "ROUTE#user@e.f",
                            description: "about user@e.f")
                    ],
                    bounce: [
                        RoutingTarget(target: "x@y.z", rule: "ROUTE#*", description: "about *")
                    ]
                ))
    }

    @Test("Without a rule the recipient bounces, and says so")
    func noRule() throws {
        let actions = try RoutingPolicy.decide(recipients: ["x@y.z"], rules: []).actions
        #expect(
            actions == RoutingActions(bounce: [RoutingTarget(target: "x@y.z", reason: .noRule)]))
    }

    @Test("An unknown action stores the mail and warns")
    func unknownAction() throws {
        let rules = [Self.rule("user@e.f", .init("Bounce")), Self.global]
        let outcome = try RoutingPolicy.decide(recipients: ["user@e.f"], rules: rules)
        #expect(outcome.actions.store.map(\.rule) == ["ROUTE#user@e.f"])
        #expect(outcome.actions.store.map(\.reason) == [nil])
        #expect(outcome.actions.bounce.isEmpty)
        #expect(outcome.warnings == [.unknownAction("Bounce", rule: "ROUTE#user@e.f")])
    }

    @Test(
        "A role address bounces only by a rule of its own",
        arguments: [
            ("postmaster@e.f", [], .roleAddress), ("Abuse@e.f", [global], .roleAddress),
            ("dmarc@e.f", [rule("*@e.f", .bounce)], .roleAddress),
            ("tlsrpt+x@e.f", [global], .roleAddress),
            (
                "mailer-daemon@e.f", [rule("mailer-daemon@e.f", .bounce, isEnabled: false)],
                .roleAddress
            ),
            ("postmaster@e.f", [rule("postmaster@e.f", .bounce)], nil),
            ("postmaster+x@e.f", [rule("postmaster@e.f", .bounce)], nil),
        ] as [(String, [RoutingRule], RoutingReason?)])
    func role(recipient: String, rules: [RoutingRule], reason: RoutingReason?) throws {
        let actions = try RoutingPolicy.decide(recipients: [recipient], rules: rules).actions
        #expect(actions.store.map(\.reason) == (reason == nil ? [] : [reason]))
        #expect(actions.bounce.count == (reason == nil ? 1 : 0))
    }

    @Test("A role address is forwarded by a wildcard as any other")
    func roleForward() throws {
        let actions = try RoutingPolicy.decide(recipients: ["dmarc@e.f"], rules: [Self.domain])
            .actions
        #expect(actions.forwardToGmail.map(\.destination) == ["domain@gmail.com"])
    }

    @Test("A mail in quarantine is stored for all, and no rule is asked")
    func quarantine() throws {
        let rules = [Self.untagged, Self.rule("a@e.f", .forwardToGmail), Self.global]
        let outcome = try RoutingPolicy.decide(
            recipients: ["user@e.f", "a@e.f", "postmaster@e.f"], rules: rules, junk: .spam)
        #expect(outcome.warnings.isEmpty)
        #expect(
            outcome.actions
                == RoutingActions(
                    store: ["user@e.f", "a@e.f", "postmaster@e.f"].map {
                        RoutingTarget(target: $0, reason: .spam)
                    }))
    }

    @Test("Several recipients have their own fates, and one named twice has one")
    func several() throws {
        let actions = try RoutingPolicy.decide(
            recipients: ["user@e.f", "x@y.z", "user@e.f", "USER@e.f"],
            rules: [Self.untagged, Self.global]
        ).actions
        #expect(actions.forwardToGmail.map(\.target) == ["user@e.f", "USER@e.f"])
        #expect(actions.bounce.map(\.target) == ["x@y.z"])
    }

    @Test("After a failed look-up all bounce but the role addresses, whatever the rules")
    func fallback() throws {
        let actions = try RoutingPolicy.fallback(
            for: RoutedMail(recipients: ["x@y.z", "dmarc@y.z", "x@y.z"]), action: .bounce)
        #expect(
            actions
                == RoutingActions(
                    store: [RoutingTarget(target: "dmarc@y.z", reason: .roleAddress)],
                    bounce: [RoutingTarget(target: "x@y.z", reason: .lookupFailed)]))
    }

    @Test("After a failed look-up all are stored where that is wanted")
    func storingFallback() throws {
        let actions = try RoutingPolicy.fallback(
            for: RoutedMail(recipients: ["x@y.z", "dmarc@y.z", "x@y.z"]), action: .store)
        #expect(
            actions
                == RoutingActions(
                    store: ["x@y.z", "dmarc@y.z"].map {
                        RoutingTarget(target: $0, reason: .lookupFailed)
                    }))
    }

    @Test("A mail for nobody is a failure, not an empty decision")
    func noRecipients() {
        #expect(throws: RoutingFailure.noRecipients) {
            try RoutingPolicy.decide(recipients: [], rules: [], hasVirus: true)
        }
        #expect(throws: RoutingFailure.noRecipients) {
            try RoutingPolicy.fallback(for: RoutedMail(recipients: []), action: .store)
        }
    }

    @Test("Each distinct hostile recipient gets exactly one action")
    func fuzz() throws {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<2000 {
            let recipients = (0..<3).map { _ in random.hostileText() }
            let actions = try RoutingPolicy.decide(recipients: recipients, rules: [Self.domain])
                .actions
            let targets =
                actions.store.map(\.target) + actions.bounce.map(\.target)
                + actions.forwardToGmail.map(\.target)
            #expect(Set(targets.map { Array($0.utf8) }) == Set(recipients.map { Array($0.utf8) }))
            #expect(targets.count == Set(recipients.map { Array($0.utf8) }).count)
        }
    }
}
