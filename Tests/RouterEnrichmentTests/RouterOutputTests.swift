import FunctionTestSupport
import JSON
import Lambda
import Logging
import Mail
import TestSupport
import Testing

@testable import router_enrichment

/// What the router logs, counts and traces of a mail, and what must not appear there.
struct RouterOutputTests {
    static let hostile = SampleMail {
        $0.subject = "Top secret salary\r\nBcc: victim@evil.example \u{1B}[2J"
        $0.source = "whistleblower@sender.example"
        $0.recipients = ["confidant@example.com"]
        $0.headers = [("From", "Mole <whistleblower@sender.example>"), ("X-Secret", "hunter2")]
    }
    static let secrets = [
        "salary", "victim", "whistleblower", "sender.example", "confidant", "hunter2", "\u{1B}",
    ]

    @Test("A routed mail is one line with what is known of it, and one line of metrics")
    func routed() throws {
        let bench = RouterBench(RoutingRule(pk: "ROUTE#*", action: .bounce))
        _ = try bench.decision(for: Self.hostile)
        #expect(bench.output.lines.count == 2)
        let line = try #require(bench.output.logs.first)
        #expect(line["level"] == "INFO" && line["requestId"] == "request-1")
        #expect(line["messageId"] == "mail-1" && line["outcome"] == "routed")
        #expect(line["action"] == "bounce" && line["rule"] == "ROUTE#*")
        #expect(line["durationMs"]?.double ?? -1 >= 0)
        #expect(bench.output.counts == ["RouterEnrichmentSuccess": 1, "EmailsAccepted": 1])
    }

    @Test("Every metrics line is in CloudWatch's format, without dimensions")
    func metrics() throws {
        let bench = RouterBench()
        _ = try bench.decision(for: Self.hostile)
        let line = try #require(bench.output.lines.first { $0.contains("_aws") })
        let document = try JSONValue(parsing: line)
        let directive = try #require(document["_aws"]?["CloudWatchMetrics"]?.array?.first)
        #expect(directive["Namespace"] == "SESMail/test")
        #expect(directive["Dimensions"] == [[]])
        #expect(document["timestamp"]?.string?.hasSuffix("Z") == true)
        #expect(document["level"] == "INFO")
        for metric in directive["Metrics"]?.array ?? [] {
            #expect(document[metric["Name"]?.string ?? ""]?.integer != nil)
        }
    }

    @Test("No outcome tells a subject, a header or an address, not even at TRACE")
    func nothingLeaks() throws {
        let benches = (0..<6).map { _ in RouterBench() }
        benches[0].rules = [
            RoutingRule(pk: "ROUTE#*", action: .forwardToGmail, target: "hunter2@gmail.com")
        ]
        _ = try benches[0].decision(for: Self.hostile, level: .trace)
        benches[1].rules = [RoutingRule(pk: "ROUTE#*", action: .unknown("shred"))]
        _ = try benches[1].decision(for: Self.hostile, level: .trace)
        var spam = Self.hostile
        spam.verdicts = ["spam": "FAIL"]
        _ = try benches[2].decision(for: spam, level: .trace)
        benches[3].failure = .denied
        _ = try benches[3].decision(for: Self.hostile, receiveCount: "3", level: .trace)
        var bounce = Self.hostile
        bounce.type = "Bounce"
        #expect(try benches[4].answer([SampleRecord.sqs(bounce.text)], level: .trace) == [])
        _ = try benches[5].decision(for: Self.hostile, level: .trace)
        for bench in benches {
            #expect(!bench.output.lines.isEmpty)
            for secret in Self.secrets {
                #expect(!bench.output.lines.contains { $0.contains(secret) }, "\(secret)")
            }
        }
    }

    @Test("An error that goes to Lambda tells nothing of the event either")
    func errorsLeakNothing() {
        let events = [
            "confidant@example.com", #"[{"body":"confidant hunter2"}]"#,
            #"[{"body":"{\"mail\":{\"messageId\":\"1\"},\"receipt\":{\"recipients\":[\"hunter2\",7]}}"}]"#,
            #"[{"body":"{\"mail\":{\"hunter2\":1}}"}]"#,
        ]
        for event in events {
            do {
                let bench = RouterBench()
                _ = try bench.handler.handle(Invocation(Array(event.utf8), output: bench.output))
                Issue.record("no error for \(event)")
            } catch {
                let failure = RuntimeAPI.Failure(error)
                #expect(failure.type == "Function.BadEvent")
                #expect(!Self.secrets.contains { failure.message.contains($0) })
            }
        }
    }

    @Test(
        "The mail's own trace hears of each recipient, if it is sampled", arguments: [true, false])
    func trace(isSampled: Bool) throws {
        let daemon = try DatagramReceiver()
        let bench = RouterBench()
        let handler = RouterHandler(
            findRows: bench.handler.findRows, readTestToken: nil, lookupFailedAction: .bounce,
            junkDelivery: .store, canary: nil, metrics: bench.output.metrics,
            tracer: Tracer(daemonAddress: daemon.address))
        let mail = SampleMail { $0.recipients = ["a@example.com", "b@example.com"] }
        let header = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled="
        let record = SampleRecord.sqs(mail.text, traceHeader: header + (isSampled ? "1" : "0"))
        _ = try handler.handle(
            Invocation(([record] as JSONValue).bytes, output: bench.output))
        var recipients: [String] = []
        while let datagram = daemon.next() {
            let document = try JSONValue(parsing: String(datagram.drop { $0 != "\n" }))
            #expect(document["parent_id"] == "53995c3f42cd8ad8")
            #expect(document["annotations"]?["messageId"] == "mail-1")
            #expect(document["annotations"]?["action"] == "bounce")
            recipients.append(document["annotations"]?["recipient"]?.string ?? "")
        }
        #expect(recipients == (isSampled ? ["a@example.com", "b@example.com"] : []))
    }
}
