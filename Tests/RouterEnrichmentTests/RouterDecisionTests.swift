import FunctionTestSupport
import JSON
import Mail
import Testing

@testable import router_enrichment

/// The router's answer for a mail, given the rules.
struct RouterDecisionTests {
    static let table = [
        RoutingRule(
            pk: "ROUTE#support@example.com", action: .forwardToGmail, target: "a@gmail.com"),
        RoutingRule(pk: "ROUTE#old@example.com", action: .bounce, description: "Left us"),
        RoutingRule(pk: "ROUTE#keep@example.com", action: .store),
        RoutingRule(
            pk: "ROUTE#off@example.com", action: .bounce, isEnabled: false),
        RoutingRule(pk: "ROUTE#tag+x@example.com", action: .store),
        RoutingRule(pk: "ROUTE#*@example.com", action: .forwardToGmail, target: "d@gmail.com"),
        RoutingRule(pk: "ROUTE#*", action: .bounce, description: "Nobody here"),
    ]

    @Test(
        "The narrowest enabled rule decides",
        arguments: [
            ("support@example.com", "forward-to-gmail a@gmail.com ROUTE#support@example.com"),
            ("Support@EXAMPLE.com", "forward-to-gmail a@gmail.com ROUTE#support@example.com"),
            ("support+news@example.com", "forward-to-gmail a@gmail.com ROUTE#support@example.com"),
            ("tag+x@example.com", "store ROUTE#tag+x@example.com"),
            ("tag+y@example.com", "forward-to-gmail d@gmail.com ROUTE#*@example.com"),
            ("+support@example.com", "forward-to-gmail d@gmail.com ROUTE#*@example.com"),
            ("\"support+x\"@example.com", "forward-to-gmail d@gmail.com ROUTE#*@example.com"),
            ("\u{212A}eep@example.com", "forward-to-gmail d@gmail.com ROUTE#*@example.com"),
            ("old@example.com", "bounce ROUTE#old@example.com"),
            ("keep@example.com", "store ROUTE#keep@example.com"),
            ("off@example.com", "forward-to-gmail d@gmail.com ROUTE#*@example.com"),
            ("postmaster@example.com", "forward-to-gmail d@gmail.com ROUTE#*@example.com"),
            ("any@other.example", "bounce ROUTE#*"),
            ("DMARC@other.example", "store ROUTE#* role-address"),
            ("a@b@example.com", "forward-to-gmail d@gmail.com ROUTE#*@example.com"),
            ("no-address", "bounce ROUTE#*"),
        ])
    func tiers(recipient: String, fate: String) throws {
        let bench = RouterBench()
        bench.rules = Self.table
        #expect(
            try bench.fates(of: SampleMail { $0.recipients = [recipient] }) == [recipient: fate])
    }

    @Test(
        "Without a rule a mail bounces, but for role addresses, which are stored",
        arguments: [
            ("user@example.com", "bounce no-rule"),
            ("postmaster@example.com", "store role-address"),
            ("Abuse@example.com", "store role-address"),
            ("dmarc+rua@example.com", "store role-address"),
            ("tlsrpt@example.com", "store role-address"),
            ("MAILER-DAEMON@example.com", "store role-address"),
        ])
    func noRule(recipient: String, fate: String) throws {
        let mail = SampleMail { $0.recipients = [recipient] }
        #expect(try RouterBench().fates(of: mail) == [recipient: fate])
    }

    @Test("Each recipient of a mail has a fate of its own, after one look-up for all")
    func severalRecipients() throws {
        let bench = RouterBench()
        bench.rules = Self.table
        let mail = SampleMail {
            $0.recipients = ["support@example.com", "keep@example.com", "x@other.example"]
        }
        let decision = try bench.decision(for: mail)
        #expect(
            decision.fates == [
                "support@example.com":
                    "forward-to-gmail a@gmail.com ROUTE#support@example.com",
                "keep@example.com": "store ROUTE#keep@example.com",
                "x@other.example": "bounce ROUTE#*",
            ])
        #expect(decision.countsAreRight)
        #expect(bench.lookUps.count == 1)
        #expect(Set(bench.lookUps[0]).count == bench.lookUps[0].count)
    }

    @Test("An element is the bare detail, with all three actions and nothing of the queue's")
    func element() throws {
        let bench = RouterBench(
            RoutingRule(
                pk: "ROUTE#*", action: .bounce, description: String(repeating: "é", count: 300)))
        let mail = SampleMail { $0.recipients = ["User@Example.com"] }
        let element = try bench.decision(for: mail)
        #expect(
            element == [
                "actions": [
                    "bounce": [
                        "count": 1,
                        "targets": [
                            [
                                "description": .string(String(repeating: "é", count: 200)),
                                "rule": "ROUTE#*", "target": "User@Example.com",
                            ]
                        ],
                    ],
                    "forward-to-gmail": ["count": 0, "targets": []],
                    "store": ["count": 0, "targets": []],
                ],
                "body": .string(mail.text), "eventSource": "aws:sqs",
                "log": "bounce User%40Example.com - ROUTE%23%2A -",
                "originalMessageId": "mail-1",
            ])
    }

    @Test("Only the envelope's recipients are routed, and mail.destination only without them")
    func recipients() throws {
        let envelope = SampleMail {
            $0.recipients = ["bcc@example.com"]
            $0.destination = ["stranger@elsewhere.example"]
        }
        #expect(try RouterBench().fates(of: envelope) == ["bcc@example.com": "bounce no-rule"])
        let example = SampleMail {
            $0.recipients = nil
            $0.destination = ["user@example.com"]
        }
        #expect(try RouterBench().fates(of: example) == ["user@example.com": "bounce no-rule"])
    }

    @Test("A mail for nobody fails: an element without targets would match no rule")
    func noRecipients() throws {
        let mail = SampleMail { $0.recipients = [] }
        #expect(throws: RoutingFailure.noRecipients) { try RouterBench().fates(of: mail) }
    }

    @Test("An unknown action stores the mail, and a warning says so")
    func unknownAction() throws {
        let bench = RouterBench(RoutingRule(pk: "ROUTE#*", action: .unknown("shred")))
        #expect(try bench.fates(of: SampleMail()) == ["user@example.com": "store ROUTE#*"])
        let warnings = bench.output.logs.filter { $0["level"] == "WARN" }
        #expect(warnings.map { $0["rule"] } == ["ROUTE#*"])
        #expect(
            warnings.map { $0["reason"] } == ["it has the unknown action shred; the mail is stored"]
        )
    }

    @Test("A forwarding rule without an address fails the mail", arguments: [nil, "", "me"])
    func forwardWithoutTarget(target: String?) throws {
        let bench = RouterBench(
            RoutingRule(pk: "ROUTE#*", action: .forwardToGmail, target: target))
        #expect(throws: RoutingFailure.forwardWithoutTarget(rule: "ROUTE#*")) {
            try bench.fates(of: SampleMail())
        }
        #expect(bench.output.counts == [:])
    }

    @Test(
        "A mail in quarantine is stored for all; only its senders are looked up, not its rules",
        arguments: [
            (["spam": "FAIL"], nil, "spam", "SpamDetected"),
            (["virus": "fail"], nil, "virus", "VirusDetected"),
            (["dmarc": "FAIL"], "reject", "dmarc-reject", "DmarcRejectDetected"),
            (["dmarc": "FAIL"], "REJECT", "dmarc-reject", "DmarcRejectDetected"),
        ])
    func quarantine(
        verdicts: [String: String], policy: String?, reason: String, metric: String
    ) throws {
        let bench = RouterBench()
        bench.rules = Self.table
        let mail = SampleMail {
            $0.recipients = ["support@example.com", "x@other.example"]
            $0.verdicts = verdicts
            $0.dmarcPolicy = policy
        }
        #expect(
            try bench.fates(of: mail) == [
                "support@example.com": "store \(reason)", "x@other.example": "store \(reason)",
            ])
        #expect(bench.lookUps.joined().allSatisfy { $0.hasPrefix("SENDER#") })
        #expect(bench.lookUps.isEmpty == (reason == "virus"))
        #expect(
            bench.output.counts
                == ["RouterEnrichmentSuccess": 1, "EmailsAccepted": 1, metric: 1])
    }

    @Test(
        "Any other verdict is routed as usual",
        arguments: [
            ([:], nil), (["spam": "GRAY", "virus": "GRAY"], nil),
            (["spam": "PROCESSING_FAILED", "virus": "PROCESSING_FAILED"], nil),
            (["spam": "DISABLED", "virus": "DISABLED"], nil), (["spam": "", "virus": "?"], nil),
            (["dmarc": "FAIL"], nil), (["dmarc": "FAIL"], "none"),
            (["dmarc": "FAIL"], "quarantine"), (["dmarc": "PASS"], "reject"),
            (["spf": "FAIL", "dkim": "FAIL"], nil),
        ] as [([String: String], String?)])
    func otherVerdicts(verdicts: [String: String], policy: String?) throws {
        let bench = RouterBench()
        bench.rules = Self.table
        let mail = SampleMail {
            $0.recipients = ["support@example.com"]
            $0.verdicts = verdicts
            $0.dmarcPolicy = policy
        }
        #expect(
            try bench.fates(of: mail) == [
                "support@example.com":
                    "forward-to-gmail a@gmail.com ROUTE#support@example.com"
            ])
        #expect(bench.output.counts == ["RouterEnrichmentSuccess": 1, "EmailsAccepted": 1])
    }
}
