import AWS
import FunctionTestSupport
import HTTP
import JSON
import Mail
import TestSupport
import Testing

@testable import router_enrichment

/// Mails for which DynamoDB or Parameter Store fails: the rules or the test's token are not read.
struct RouterFailureTests {
    static let failures: [AWSError] = [.denied, .timedOut, .unread]

    @Test(
        "Before the third receive a failed look-up fails the mail, so that the queue tries again",
        arguments: failures, ["1", "2", nil, "", "x", "0", "-3"])
    func earlyReceives(failure: AWSError, receiveCount: String?) {
        let bench = RouterBench(RoutingRule(pk: "ROUTE#*", action: .bounce))
        bench.failure = failure
        #expect(throws: failure) {
            try bench.decision(for: SampleMail(), receiveCount: receiveCount)
        }
        #expect(bench.lookUps.count == 1)
        #expect(bench.output.counts == [:])
    }

    @Test(
        "From the third receive on all recipients get the fallback, and no rule is guessed",
        arguments: failures, ["3", "4", "11"])
    func thirdReceive(failure: AWSError, receiveCount: String) throws {
        let bench = RouterBench(RoutingRule(pk: "ROUTE#*", action: .store))
        bench.failure = failure
        let mail = SampleMail {
            $0.recipients = ["user@example.com", "DMARC@example.com", "postmaster@example.com"]
        }
        let decision = try bench.decision(for: mail, receiveCount: receiveCount)
        #expect(
            decision.fates == [
                "user@example.com": "bounce lookup-failed",
                "DMARC@example.com": "store role-address",
                "postmaster@example.com": "store role-address",
            ])
        #expect(decision.countsAreRight)
        #expect(bench.output.counts == ["RouterEnrichmentFailure": 1, "EmailsAccepted": 1])
        #expect(bench.output.logs.filter { $0["level"] == "ERROR" }.count == 1)
    }

    @Test(
        "Where the fallback is to store, nobody is told that a mail found nobody",
        arguments: failures)
    func storingFallback(failure: AWSError) throws {
        let bench = RouterBench(RoutingRule(pk: "ROUTE#*", action: .bounce))
        bench.failure = failure
        bench.lookupFailedAction = .store
        let mail = SampleMail { $0.recipients = ["user@example.com", "postmaster@example.com"] }
        let decision = try bench.decision(for: mail, receiveCount: "3")
        #expect(
            decision.fates == [
                "user@example.com": "store lookup-failed",
                "postmaster@example.com": "store lookup-failed",
            ])
        #expect(decision.countsAreRight)
        #expect(bench.output.counts == ["RouterEnrichmentFailure": 1, "EmailsAccepted": 1])
        #expect(throws: failure) { try bench.decision(for: mail, receiveCount: "2") }
    }

    @Test("The log names a mail that was not routed, whatever the reason")
    func namedMail() throws {
        let unread = RouterBench()
        unread.failure = .denied
        #expect(throws: AWSError.denied) { try unread.decision(for: SampleMail()) }
        let untargeted = RouterBench(RoutingRule(pk: "ROUTE#*", action: .forwardToGmail))
        #expect(throws: RoutingFailure.self) { try untargeted.decision(for: SampleMail()) }
        for bench in [unread, untargeted] {
            let line = try #require(bench.output.logs.first)
            #expect(line["level"] == "ERROR" && line["outcome"] == "failed")
            #expect(line["messageId"]?.string?.isEmpty == false)
        }
    }

    @Test("A redelivery after a failed look-up is routed as if nothing had been")
    func redelivery() throws {
        let bench = RouterBench(RoutingRule(pk: "ROUTE#*", action: .store))
        bench.failure = .denied
        #expect(throws: AWSError.denied) { try bench.fates(of: SampleMail()) }
        bench.failure = nil
        #expect(
            try bench.fates(of: SampleMail(), receiveCount: "2")
                == ["user@example.com": "store ROUTE#*"])
    }

    @Test("Rules are asked for each mail anew, so that a changed rule counts at once")
    func noCache() throws {
        let bench = RouterBench(RoutingRule(pk: "ROUTE#*", action: .bounce))
        #expect(try bench.fates(of: SampleMail()) == ["user@example.com": "bounce ROUTE#*"])
        bench.rules = [RoutingRule(pk: "ROUTE#*", action: .store)]
        #expect(try bench.fates(of: SampleMail()) == ["user@example.com": "store ROUTE#*"])
        #expect(bench.lookUps.count == 2)
    }

    @Test("One failed look-up fails the whole event: no mail of it may be lost")
    func secondMailFails() {
        let bench = RouterBench()
        bench.failure = .denied
        #expect(throws: AWSError.denied) {
            try bench.answer([
                SampleRecord.sqs(SampleMail { $0.verdicts = ["spam": "FAIL"] }.text),
                SampleRecord.sqs(SampleMail { $0.id = "mail-2" }.text),
            ])
        }
    }

    // MARK: the integration test's token

    static let tokenMail = SampleMail {
        $0.verdicts = ["spam": "FAIL"]
        $0.headers = [("x-integration-test-token", " secret-1 ")]
    }

    @Test(
        "The right token passes the verdicts, in the test environment only",
        arguments: [
            (true, Secret("secret-1"), "bounce no-rule"), (true, Secret("secret-2"), "store spam"),
            (true, Secret("secret-11"), "store spam"), (true, Secret(""), "store spam"),
            (true, nil, "store spam"), (false, Secret("secret-1"), "store spam"),
        ])
    func token(isTestEnvironment: Bool, stored: Secret?, fate: String) throws {
        let bench = RouterBench()
        bench.isTestEnvironment = isTestEnvironment
        bench.testToken = .success(stored)
        #expect(try bench.fates(of: Self.tokenMail) == ["user@example.com": fate])
        #expect(bench.tokenReads == (isTestEnvironment ? 1 : 0))
        #expect(!bench.output.lines.contains { $0.contains("secret-") })
    }

    @Test("Without the header the token is not read, nor for a mail that is not in quarantine")
    func tokenIsNotRead() throws {
        let bench = RouterBench()
        bench.isTestEnvironment = true
        let spam = SampleMail { $0.verdicts = ["spam": "FAIL"] }
        #expect(try bench.fates(of: spam) == ["user@example.com": "store spam"])
        let empty = SampleMail {
            $0.verdicts = ["spam": "FAIL"]
            $0.headers = [("X-Integration-Test-Token", "")]
        }
        #expect(try bench.fates(of: empty) == ["user@example.com": "store spam"])
        #expect(bench.tokenReads == 0)
    }

    @Test("A token that cannot be read passes nothing, and the mail is kept")
    func tokenFails() throws {
        let bench = RouterBench()
        bench.isTestEnvironment = true
        bench.testToken = .failure(.timedOut)
        #expect(try bench.fates(of: Self.tokenMail) == ["user@example.com": "store spam"])
        #expect(bench.output.logs.filter { $0["level"] == "WARN" }.count == 1)
    }
}
