import AWS
import JSON
import SMTPCredentials
import Text

@testable import Mail

extension FuzzTarget {
    static let ruleTargets = [rows, routing, patterns]

    private static let rule = #"""
        {"action":"forward-to-gmail","targets":["a@gmail.com","b@gmail.com"],"keep":true,
        "labels":{"a@gmail.com":["Label_1"]},"star":true,"until":"2027-01-31T00:00:00+00:00",
        "then":"store","only_from":["a@b.example","*@c.example"],"not_from":["d@e.example"],
        "otherwise":"junk","enabled":true,"description":"d","never_spam":true,"calendar":true}
        """#
    private static let patternRow = #"""
        {"patterns":[{"pattern":"shop-*@example.com","action":"store"},
        {"pattern":"a?b*@example.com","action":"bounce","enabled":false}]}
        """#
    private static let attributeWords =
        RoutingRule.attributeNames.map { "\"\($0)\":" } + [
            "\"forward-to-gmail\"", "\"bounce\"", "\"store\"", "true", "false", "\"patterns\":[",
            "\"pattern\":", "*@example.com", "\"verdict\":", "\"block\"", "\"allow\"", "Label_1",
            "+00:00", "2027-01-31T00:00:00Z",
        ]

    private static let rows = FuzzTarget(
        name: "rule-rows",
        seeds: [
            FuzzInput.seed(rule), FuzzInput.seed(patternRow),
            FuzzInput.seed(#"{"verdict":"block","enabled":"true","description":"d"}"#),
            FuzzInput.seed(#"{"action":"store","target":1,"keep":"yes","labels":[]}"#),
        ], words: attributeWords,
        growing: [
            GrowingInput(#"{"only_from":["#, #""a#@b.example","#, #""a@b.example"]}"#),
            GrowingInput(#"{"action":"forward-to-gmail","targets":["#, #""a#@b.c","#, #""a"]}"#),
            GrowingInput(#"{"labels":{"#, #""a#@b.example":["Label_#"],"#, #""a":[]}}"#),
            GrowingInput(#"{"labels":{"a":["#, #""Label_#","#, #""Label_"]}}"#),
            GrowingInput(#"{"L":["#, #"{"S":"a#@b.example"},"#, #"{"S":"*"}]}"#),
            GrowingInput(#"{"SS":["#, #""a#@b.example","#, #""*"]}"#),
            GrowingInput(#"{"patterns":["#, #"{"pattern":"a#@example.com"},"#, "1]}"),
        ]
    ) { input in
        guard let attributes = try? JSONValue(parsing: input.bytes) else { return nil }
        let plain = AttributeValue(plain: attributes)
        require(AttributeValue(plain.json) == plain, "an attribute is read back")
        _ = AttributeValue(attributes).plain
        let rule = RoutingRule(pk: "ROUTE#a@example.com", attributes: attributes)
        if rule.problems.isEmpty {
            let again = RoutingRule(pk: rule.pk, attributes: rule.attributes)
            // The targets of a rule that forwards nothing are not read.
            require(again == rule, "a rule is read back")
            require(rule.destinations.count <= 10, "the number of mailboxes")
        }
        if let list = try? PatternList(pk: "PATTERNS#example.com", attributes: attributes) {
            require(list.rules.count <= 100, "the number of patterns")
            let counts = list.rules.map(\.pattern.literalCount)
            require(counts == counts.sorted(by: >), "the most literal first")
        }
        if let verdict = SenderVerdict(attributes) {
            require(SenderVerdict(verdict.attributes) == verdict, "a verdict is read back")
        }
        checkSenders(AttributeValue(attributes))
        return nil
    }

    private static let routing = FuzzTarget(
        name: "routing",
        seeds: HostileMail.seeds.map { seed in
            seed + [FuzzInput.separator]
                + FuzzInput.seed(rule, patternRow, #"{"verdict":"allow"}"#)
        }, words: HostileMail.words + attributeWords,
        growing: [
            HostileMail.growing(recipients: "a#@b.example|"),
            HostileMail.growing(from: "A# <a#@b.example>, "),
            HostileMail.growing(picked: "A# <a#@b.example>, "),
        ]
    ) { input in
        let hostile = HostileMail(input: input)
        let recipient = hostile.recipients.first ?? ""
        let domain = EmailAddress(recipient)?.domain ?? "example.com"
        let documents = (0..<3).map { index in
            (try? JSONValue(parsing: input[HostileMail.fieldCount + index])) ?? [:]
        }
        let table = RoutingTable([
            (pk: "ROUTE#\(recipient)", attributes: documents[0]),
            (pk: "PATTERNS#\(domain)", attributes: documents[1]),
            (pk: "SENDER#\(hostile.source.asciiLowercased)", attributes: documents[2]),
        ])
        let policy = input.junkDelivery
        let mail = RoutedMail(hostile.received, junkDelivery: policy)
        guard let outcome = try? RoutingPolicy.decide(mail, by: table, junkDelivery: policy)
        else { return nil }
        checkOutcome(outcome.actions, of: mail, isAllowed: documents[2]["verdict"] == "allow")
        checkDecision(
            RoutingDecision(
                originalMessageId: hostile.id, body: hostile.notification.text,
                actions: outcome.actions))
        return nil
    }

    /// Every recipient ends in a known way, and what must never happen does not.
    private static func checkOutcome(
        _ actions: RoutingActions, of mail: RoutedMail, isAllowed: Bool
    ) {
        let reached = Set(
            (actions.store.map(\.target) + actions.bounce.map(\.target)
                + actions.forwardToGmail.map(\.target)).map { Array($0.utf8) })
        require(reached == Set(mail.recipients.map { Array($0.utf8) }), "each recipient's fate")
        if mail.hasVirus {
            require(actions.bounce.isEmpty && actions.forwardToGmail.isEmpty, "a virus is stored")
        }
        if mail.junkReason != nil, !isAllowed {
            require(actions.bounce.isEmpty, "junk is not bounced")
            require(actions.forwardToGmail.allSatisfy(\.isJunk), "junk goes into Spam")
            require(actions.store.count == reached.count, "junk is stored")
        }
        for target in actions.bounce where EmailAddress(target.target)?.isRole == true {
            require(target.rule != nil && target.reason == nil, "a role address is bounced by name")
        }
        for target in actions.forwardToGmail {
            require(EmailAddress(target.destination) != nil, "a mailbox is an address")
        }
    }

    private static let patterns = FuzzTarget(
        name: "patterns",
        seeds: [
            FuzzInput.seed("shop-*@example.com", "shop-1+a@example.com"),
            FuzzInput.seed("a?*b?c*@example.com", "axbbxc"), FuzzInput.seed("*@b.example", "a@c.b"),
            FuzzInput.seed("***a***@b.example", "aaa"),
        ], words: ["*", "?", "@", "**", "*@", "."],
        growing: [
            GrowingInput("a*a*a*a@b.example\u{1E}", "a", "b"),
            GrowingInput("*aaaaaaaaaaaaaaaa@b.example\u{1E}", "a", ""),
            GrowingInput("", "a#@b.example,", ""), GrowingInput("*@b.example\u{1E}a@", "b#.", "c"),
        ]
    ) { input in
        let (text, candidate) = (input[0], input[1].asciiLowercased)
        if let pattern = AddressPattern(text) {
            let isWhole = pattern.domain.utf8.last != UInt8(ascii: ".")
            require(!isWhole || AddressPattern(pattern.text) == pattern, "a pattern is read back")
            let local = EmailAddress(text)?.local ?? ""
            if local.utf8.count * candidate.utf8.count < 4096 {
                let expected = matches(Array(local.unicodeScalars), Array(candidate.unicodeScalars))
                require(pattern.matches(local: candidate) == expected, "the same matches")
            } else {
                _ = pattern.matches(local: candidate)
            }
        }
        if let pattern = SenderPattern(text) {
            require(SenderPattern(pattern.text) == pattern, "a pattern of senders is read back")
            require(pattern.text.utf8.allSatisfy { 0x20...0x7E ~= $0 }, "it is plain")
            if let sender = EmailAddress(input[1]), pattern.matches(sender, withTags: true) {
                let plain = sender.withoutTag?.text ?? sender.text
                require(
                    pattern.isDomain || [plain, sender.text].contains(pattern.text),
                    "a pattern of one address is for it alone")
            }
        }
        let list = input[0].split(separator: ",").map { AttributeValue.string(String($0)) }
        checkSenders(.list(list))
        if let name = Username(input[1]) {
            require(Username.isIAMUserName(name.iamUserName(createdAt: 9_999_999_999)), "IAM")
        }
        return nil
    }

    /// The same by the table of all prefixes.
    private static func matches(_ pattern: [Unicode.Scalar], _ text: [Unicode.Scalar]) -> Bool {
        var reached = [true] + Array(repeating: false, count: text.count)
        for scalar in pattern {
            var next = Array(repeating: false, count: text.count + 1)
            for end in 0...text.count {
                if scalar == "*" {
                    next[end] = reached[end] || end > 0 && next[end - 1]
                } else if end > 0 {
                    next[end] = reached[end - 1] && (scalar == "?" || scalar == text[end - 1])
                }
            }
            reached = next
        }
        return reached[text.count]
    }
}
