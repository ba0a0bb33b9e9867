import AWS
import FunctionTestSupport
import HTTP
import JSON
import Lambda
import Mail
import TestSupport
import Testing

@testable import router_enrichment

/// Our own test message: known by its secrets and by SES's proof, and told apart from any other.
@Suite(.waiting)
struct CanaryTests {
    private static let address = "canary-6f1d@example.com"
    private static let token = "4b0c2f4e-9a51-4a0b-8f1f-0d8a36c1a111"
    private static let mailbox = "me@gmail.com"
    static let variables = [
        "CANARY_ADDRESS": address, "CANARY_TOKEN": token, "CANARY_MAILBOX": mailbox,
    ]

    /// The canary as SES tells of it, with what a test wants to be different.
    private static func mail(_ change: (inout SampleMail) -> Void = { _ in }) -> SampleMail {
        SampleMail {
            $0.source = "0102@bounce.example.com"
            $0.recipients = [address]
            $0.headers.append(("x-ses-mail-canary", token))
            $0.verdicts = ["spf": "PASS", "dkim": "PASS", "dmarc": "PASS", "virus": "PASS"]
            change(&$0)
        }
    }

    private func bench(_ rules: RoutingRule...) -> RouterBench {
        let bench = RouterBench()
        bench.rules = rules
        bench.canary = Self.variables
        return bench
    }

    @Test(
        "It goes into the trash of its mailbox, after a look-up, and is counted by no metric here")
    func forwarded() throws {
        let bench = bench(RoutingRule(pk: "ROUTE#*", action: .bounce))
        let decision = try bench.decision(for: Self.mail())
        let target: JSONValue = [
            "canary": true, "destination": .string(Self.mailbox), "labelIds": ["TRASH"],
            "target": .string(Self.address),
        ]
        #expect(
            decision["actions"]?["forward-to-gmail"] == ["count": 1, "targets": .array([target])])
        #expect(decision["actions"]?["bounce"]?["count"] == 0)
        #expect(decision["actions"]?["store"]?["count"] == 0)
        #expect(decision["log"] == "forward-to-gmail - me%40gmail.com - canary")
        #expect(bench.lookUps.count == 1)
        #expect(bench.output.counts == [:])
        #expect(!bench.output.lines.contains { $0.contains("canary-6f1d") })
        #expect(!bench.output.lines.contains { $0.contains(Self.token) })
    }

    @Test(
        "SES proves it by DMARC, or by SPF of our own MAIL FROM",
        arguments: [
            (["dmarc": "PASS"], "0102@elsewhere.example"),
            (["dmarc": "FAIL", "spf": "PASS"], "0102@bounce.example.com"),
            (["spf": "PASS"], "0102@BOUNCE.example.com"),
            (["dmarc": "PASS", "spam": "FAIL"], "0102@bounce.example.com"),
        ])
    func proved(verdicts: [String: String], source: String) throws {
        let mail = Self.mail {
            $0.verdicts = verdicts
            $0.source = source
        }
        let fates = try bench(RoutingRule(pk: "ROUTE#*", action: .bounce)).fates(of: mail)
        #expect(fates == [Self.address: "forward-to-gmail me@gmail.com"])
    }

    /// What a stranger may know or send.
    private static let strangers: [(String, @Sendable (inout SampleMail) -> Void)] = [
        ("no token", { $0.headers.removeLast() }),
        ("a wrong token", { $0.headers[1].1 = String(token.dropLast()) + "2" }),
        ("half of the token", { $0.headers[1].1 = String(token.dropLast()) }),
        ("an empty token", { $0.headers[1].1 = "" }),
        ("the token in other case", { $0.headers[1].1 = token.uppercased() }),
        ("the token in another header", { $0.headers[1].0 = "X-Canary" }),
        ("another recipient", { $0.recipients = ["user@example.com"] }),
        ("a tag at the address", { $0.recipients = ["canary-6f1d+x@example.com"] }),
        ("a second recipient", { $0.recipients = [address, "user@example.com"] }),
        ("no proof", { $0.verdicts = ["spf": "GRAY", "dkim": "PASS"] }),
        (
            "SPF of a stranger's domain",
            {
                $0.verdicts = ["spf": "PASS", "dmarc": "FAIL"]
                $0.source = "x@notexample.com"
            }
        ),
        (
            "SPF of a null sender",
            {
                $0.verdicts = ["spf": "PASS"]
                $0.source = ""
            }
        ),
        ("DMARC and SPF failed", { $0.verdicts = ["spf": "FAIL", "dmarc": "FAIL"] }),
    ]

    @Test("With anything missing it is routed as any mail", arguments: strangers.indices)
    func strange(index: Int) throws {
        let (name, change) = Self.strangers[index]
        let bench = bench(RoutingRule(pk: "ROUTE#*", action: .store))
        let decision = try bench.decision(for: Self.mail(change))
        #expect(decision["actions"]?["forward-to-gmail"]?["count"] == 0, "\(name)")
        #expect(decision.fates.values.allSatisfy { $0 == "store ROUTE#*" }, "\(name)")
        #expect(bench.output.counts["EmailsAccepted"] == 1, "\(name)")
    }

    @Test("Where no canary is sent, its mail is routed as any mail")
    func off() throws {
        let bench = bench(RoutingRule(pk: "ROUTE#*", action: .store))
        bench.canary = [:]
        #expect(try bench.fates(of: Self.mail()) == [Self.address: "store ROUTE#*"])
    }

    @Test("A virus in it is stored as in any mail, and its address is in no log")
    func virus() throws {
        let bench = bench(RoutingRule(pk: "ROUTE#*", action: .bounce))
        let mail = Self.mail { $0.verdicts["virus"] = "FAIL" }
        let decision = try bench.decision(for: mail)
        #expect(decision.fates == [Self.address: "store virus"])
        #expect(decision["log"] == "store - - - canary")
        #expect(bench.output.counts == [:])
    }

    @Test("Without the rules it is tried again, and stored at last: it is never bounced")
    func noRules() throws {
        let bench = bench()
        bench.failure = .timedOut
        for count in ["1", "2"] {
            #expect(throws: AWSError.self) {
                try bench.decision(for: Self.mail(), receiveCount: count)
            }
        }
        let decision = try bench.decision(for: Self.mail(), receiveCount: "3")
        #expect(decision.fates == [Self.address: "store lookup-failed"])
        #expect(decision["log"] == "store - - - canary")
        #expect(bench.output.counts == ["RouterEnrichmentFailure": 1])
    }

    @Test("A variable that is missing beside the others ends the start, and is named")
    func missing() throws {
        for name in Self.variables.keys {
            let cloud = try CloudDouble { $0.events = [] }
            var variables = Self.variables.mapValues { $0 as String? }
            variables.updateValue(nil, forKey: name)
            let run = try FunctionRun("router-enrichment", in: cloud, variables: variables)
            #expect(run.status == 1)
            let message = cloud.now.replies.first?.body["errorMessage"]?.string
            #expect(message == "the environment variable \(name) is not set")
        }
    }

    @Test(
        "What is not an address ends the start, and does not reach the log",
        arguments: ["CANARY_ADDRESS", "CANARY_MAILBOX"])
    func noAddress(name: String) throws {
        let cloud = try CloudDouble { $0.events = [] }
        let variables = Self.variables.merging([name: "secret address"]) { $1 }
        let run = try FunctionRun("router-enrichment", in: cloud, variables: variables)
        #expect(run.status == 1)
        let message = cloud.now.replies.first?.body["errorMessage"]?.string ?? ""
        #expect(message.contains(name) && !message.contains("secret"))
        #expect(!run.output.lines.contains { $0.contains("secret") })
    }
}
