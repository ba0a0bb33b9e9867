import JSON
import Testing

@testable import Mail

struct RoutingRuleTests {
    private static func rule(_ attributes: JSONValue) -> RoutingRule {
        RoutingRule(pk: "ROUTE#a@e.f", attributes: attributes)
    }

    private static let forward: [JSONValue.Member] = [
        .init("action", "forward-to-gmail"), .init("target", "me@gmail.com"),
    ]

    /// The forward targets of a mail that a rule with these attributes beside its target forwards.
    private static func targets(
        _ attributes: [JSONValue.Member], of mail: RoutedMail = RoutedMail(recipients: ["a@e.f"])
    ) throws -> [ForwardTarget] {
        let table = RoutingTable([("ROUTE#a@e.f", .object(forward + attributes))])
        return try RoutingPolicy.decide(mail, by: table, junkDelivery: .store).actions
            .forwardToGmail
    }

    @Test("Destinations are the union of target and targets, each mailbox once")
    func destinations() throws {
        let targets = try Self.targets([
            .init("targets", ["you@gmail.com", " ME@gmail.com", "you@gmail.com"])
        ])
        #expect(targets.map(\.destination) == ["me@gmail.com", "you@gmail.com"])
        #expect(targets.allSatisfy { $0.target == "a@e.f" && $0.labelIDs == nil })
    }

    @Test(
        "How a message lies in Gmail",
        arguments: [
            ([], nil), ([("inbox", true), ("unread", true), ("star", false)], nil),
            ([("inbox", false)], ["UNREAD"]), ([("unread", false)], ["INBOX"]),
            ([("star", true)], ["INBOX", "UNREAD", "STARRED"]),
            ([("inbox", false), ("unread", false)], []),
        ] as [([(String, Bool)], [String]?)])
    func placement(attributes: [(String, Bool)], labelIDs: [String]?) throws {
        let members = attributes.map { JSONValue.Member($0.0, .bool($0.1)) }
        #expect(try Self.targets(members).map(\.labelIDs) == [labelIDs])
    }

    @Test("Each mailbox gets the labels that stand under its name, in any case")
    func labels() throws {
        let targets = try Self.targets([
            .init("targets", ["you@gmail.com"]),
            .init(
                "labels",
                ["Me@gmail.com": ["Label_7", "IMPORTANT"], "else@gmail.com": ["Label_1"]]),
        ])
        #expect(
            targets.map(\.labelIDs) == [["INBOX", "UNREAD", "Label_7", "IMPORTANT"], nil])
    }

    @Test("The calendar is for invitations whose sender is proved", arguments: [true, false])
    func calendar(isProved: Bool) throws {
        let target = try #require(
            try Self.targets(
                [.init("calendar", true), .init("never_spam", true)],
                of: RoutedMail(recipients: ["a@e.f"], isFromProved: isProved)
            ).first)
        #expect(target.isForCalendar == isProved && target.isNeverSpam)
    }

    @Test("A forwarded mail is kept where the rule says so")
    func keep() throws {
        let table = RoutingTable([
            ("ROUTE#a@e.f", .object(Self.forward + [.init("keep", true)]))
        ])
        let actions = try RoutingPolicy.decide(
            RoutedMail(recipients: ["a@e.f"]), by: table, junkDelivery: .store
        ).actions
        #expect(actions.forwardToGmail.count == 1)
        #expect(
            actions.store == [RoutingTarget(target: "a@e.f", rule: "ROUTE#a@e.f", reason: .keep)])
    }

    private static let texts = JSONValue.array((0..<201).map { .string("u\($0)@g.example") })

    @Test(
        "A wrong attribute fails the mail that its rule decides, and is named",
        arguments: [
            ("target", ["me@gmail.com"]), ("target", .null), ("not_from", ["news-*@shop.example"]),
            (
                "labels",
                [
                    "Me@gmail.com": .array((0..<15).map { .string("Label_\($0)") }),
                    "me@gmail.com": .array((15..<30).map { .string("Label_\($0)") }),
                ]
            ),
            ("targets", "you@gmail.com"), ("targets", ["you@gmail.com", 1]), ("targets", texts),
            (
                "targets",
                .array((0..<9).map { .string("\(String(repeating: "a", count: 500))\($0)@g") })
            ),
            ("keep", "true"), ("inbox", 1), ("unread", []), ("star", "yes"), ("never_spam", .null),
            ("calendar", ["a": true]),
            ("labels", ["Label_1"]), ("labels", ["me@gmail.com": "Label_1"]),
            ("labels", ["me@gmail.com": ["SPAM"]]), ("labels", ["me@gmail.com": ["Label_1\n"]]),
            ("labels", ["me@gmail.com": .array((0..<21).map { .string("Label_\($0)") })]),
            ("until", "2026-02-30T00:00:00Z"), ("until", "2026-01-01"), ("until", 1),
            ("until", "2026-01-01T00:00:00+01:00"), ("then", "delete"),
            // A sign that makes one Character with the plus after it.
            ("until", "2026-01-01T00:00:00\u{600}+00:00"),
            ("only_from", []), ("only_from", ["*"]), ("only_from", ["*@com"]),
            ("only_from", ["a@localhost"]), ("only_from", "a@b.c"), ("only_from", texts),
            ("not_from", ["a@b.c", false]), ("otherwise", "forward-to-gmail"),
        ] as [(String, JSONValue)])
    func wrong(attribute: String, value: JSONValue) throws {
        let row = JSONValue.object(Self.forward + [.init(attribute, value)])
        let failure = try #require(throws: RoutingFailure.self) {
            try Self.targets([.init(attribute, value)])
        }
        guard case .wrongRule("ROUTE#a@e.f", let problem) = failure else {
            Issue.record("\(failure)")
            return
        }
        #expect(problem.attribute == attribute)
        #expect(
            failure.description.contains("ROUTE#a@e.f") && failure.description.contains(attribute))
        // Another mail is routed past the wrong row.
        let other = try RoutingPolicy.decide(
            RoutedMail(recipients: ["b@e.f"]),
            by: RoutingTable([("ROUTE#a@e.f", row), ("ROUTE#*@e.f", ["action": "store"])]),
            junkDelivery: .store)
        #expect(other.actions.store.map(\.rule) == ["ROUTE#*@e.f"])
    }

    @Test("Attributes that are not known, and old ones of odd types, are read as ever")
    func lenient() throws {
        let rule = Self.rule([
            "action": "bounce", "target": 7, "enabled": "False", "description": 1,
            "recipient": "x", "created_at": "y", "colour": ["red"],
        ])
        #expect(rule.problems.isEmpty && !rule.isEnabled && rule.description == nil)
        #expect(rule.destinations.isEmpty && rule.action == .bounce)
    }

    @Test("What a rule writes, it reads")
    func roundTrip() {
        var rule = RoutingRule(
            pk: "ROUTE#a@e.f", action: .forwardToGmail, target: "me@gmail.com", isEnabled: false,
            description: "é")
        #expect(Self.rule(rule.attributes) == rule)
        rule.destinations.append("you@gmail.com")
        rule.keepsCopy = true
        rule.labelIDs = ["me@gmail.com": ["Label_1"], "you@gmail.com": ["IMPORTANT", "Label_2"]]
        rule.inGmail.isInInbox = false
        rule.inGmail.isUnread = false
        rule.inGmail.isStarred = true
        rule.inGmail.isNeverSpam = true
        rule.inGmail.isInCalendar = true
        rule.end = RuleEnd("2027-01-31T00:00:00+00:00", then: .store)
        rule.senders = SenderCondition(
            only: ["a@b.c", "*@d.e"].compactMap(SenderPattern.init),
            not: ["x@d.e"].compactMap(SenderPattern.init), otherwise: .junk)
        #expect(Self.rule(rule.attributes) == rule)
        #expect(rule.attributes["until"] == "2027-01-31T00:00:00Z")
    }
}

struct RuleEndTests {
    private static func actions(
        at timestamp: String?, then: String? = nil, recipient: String = "a@e.f",
        pk: String = "ROUTE#*@e.f"
    ) throws -> RoutingActions {
        var row: [JSONValue.Member] = [
            .init("action", "forward-to-gmail"), .init("target", "me@gmail.com"),
            .init("until", "2026-12-31T23:59:59Z"),
        ]
        if let then { row.append(.init("then", .string(then))) }
        return try RoutingPolicy.decide(
            RoutedMail(recipients: [recipient], timestamp: timestamp),
            by: RoutingTable([(pk, .object(row)), ("ROUTE#*", ["action": "store"])]),
            junkDelivery: .store
        ).actions
    }

    @Test(
        "A rule ends at its time, which belongs to what comes after",
        arguments: [
            ("2026-12-31T23:59:58.999Z", false), ("2026-12-31T23:59:59.000Z", true),
            ("2026-12-31T23:59:59Z", true), ("2027-01-01T00:00:00.000Z", true),
            ("2026-12-31T23:59:59+00:00", true), ("2026-12-31T23:59:58.999+00:00", false),
            ("yesterday", false), (nil, false),
        ])
    func time(timestamp: String?, hasEnded: Bool) throws {
        let actions = try Self.actions(at: timestamp)
        #expect(actions.forwardToGmail.isEmpty == hasEnded)
        #expect(
            actions.bounce
                == (hasEnded
                    ? [RoutingTarget(target: "a@e.f", rule: "ROUTE#*@e.f", reason: .ended)] : []))
        #expect(actions.store.isEmpty)
    }

    @Test("An ended rule stores where it says so, and for a role address in any case")
    func store() throws {
        let late = "2027-01-01T00:00:00.000Z"
        let stored = try Self.actions(at: late, then: "store")
        #expect(stored.store.map(\.reason) == [.ended] && stored.bounce.isEmpty)
        for pk in ["ROUTE#*@e.f", "ROUTE#abuse@e.f"] {
            let role = try Self.actions(at: late, recipient: "abuse@e.f", pk: pk)
            #expect(role.store.map(\.reason) == [.roleAddress] && role.bounce.isEmpty)
        }
    }
}
