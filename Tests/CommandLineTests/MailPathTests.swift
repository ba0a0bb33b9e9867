import Foundation
import TestSupport
import Testing

@testable import ses_mail

/// The path that `trace` draws of a mail.
@Suite(.waiting)
struct MailPathTests {
    private static let id = "0123456789abcdef"
    // 2025-01-18T10:00:00Z
    private static let start = 1_737_194_400_000

    /// What is known of one mail.
    private struct Known {
        var isStored = true
        var decisions: [(milliseconds: Int, log: String)] = []
        /// By function: the moment, the level and the outcome.
        var outcomes: [(String, Int, String, String)] = []
        /// The keys, and the states, of the ledger's rows.
        var ledger: [(String, String)] = []
        var deadLetterQueue: String?
    }

    private func output(_ known: Known) throws -> (status: Int32, path: String) {
        let server = try LoopbackServer { request in self.answer(request, known) }
        defer { server.stop() }
        let run = try CommandRun(["trace", Self.id], at: server.url)
        let path = run.output.components(separatedBy: "STORED\n")[0]
        return (run.status, path)
    }

    private func answer(_ request: ReceivedRequest, _ known: Known) -> Answer {
        let body = request.bodyText
        if body.contains("GetCallerIdentity") {
            return .caller("123")
        }
        if request.method == "GET" {
            let object =
                "<Contents><Key>emails/\(Self.id)</Key><Size>9</Size>"
                + "<LastModified>2025-01-18T10:00:00.000Z</LastModified></Contents>"
            let content = known.isStored ? object : ""
            return Answer(200, [], "<ListBucketResult>\(content)</ListBucketResult>")
        }
        switch request.operation {
        case "GetParameter": return .noParameter
        case "Query": return Answer(200, [], #"{"Items": [\#(items(known))]}"#)
        case "FilterLogEvents": return Answer(200, [], #"{"events": [\#(events(body, known))]}"#)
        case "GetQueueUrl":
            let isFull = known.deadLetterQueue.map { body.contains($0) } ?? false
            return Answer(200, [], #"{"QueueUrl": "https://sqs/1/\#(isFull ? "full" : "empty")"}"#)
        case "GetQueueAttributes": return Self.queue(of: body.contains("/full") ? 1 : 0)
        case "ReceiveMessage":
            let letter =
                #"{"MessageId": "m", "ReceiptHandle": "h", "Body": "{\"detail\": "#
                + #"{\"originalMessageId\": \"\#(Self.id)\"}}"}"#
            let isFull = body.contains("/full")
            return Answer(200, [], #"{"Messages": [\#(isFull ? letter : "")]}"#)
        default: return Answer(200, [], "{}")
        }
    }

    private static func queue(of count: Int) -> Answer {
        Answer(
            200, [],
            #"{"Attributes": {"QueueArn": "arn:q", "ApproximateNumberOfMessages": "\#(count)", "#
                + #""ApproximateNumberOfMessagesNotVisible": "0", "#
                + #""ApproximateNumberOfMessagesDelayed": "0"}}"#)
    }

    private func items(_ known: Known) -> String {
        known.ledger.map {
            #"{"PK": {"S": "MAIL#\#(Self.id)"}, "SK": {"S": "\#($0)"}, "state": {"S": "\#($1)"}, "#
                + #""until": {"N": "\#(Self.start)"}}"#
        }.joined(separator: ",")
    }

    private func events(_ body: String, _ known: Known) -> String {
        var lines: [(Int, String)] = []
        if body.contains("/aws/events/") {
            lines = known.decisions.map {
                ($0, #"{\"id\":\"e\",\"messageId\":\"\#(Self.id)\",\"log\":\"\#($1)\"}"#)
            }
        }
        for (function, milliseconds, level, outcome) in known.outcomes
        where body.contains("ses-mail-\(function)-test") {
            let line =
                #"{\"level\":\"\#(level)\",\"message\":\"m\",\"messageId\":\"\#(Self.id)\","#
                + #"\"outcome\":\"\#(outcome)\"}"#
            lines.append((milliseconds, line))
        }
        return lines.map {
            #"{"eventId": "\#($0)", "timestamp": \#(Self.start + $0), "message": "\#($1)"}"#
        }.joined(separator: ",")
    }

    @Test("The path has each stage with its time, and where each part of the mail is now")
    func delivered() throws {
        var known = Known()
        known.decisions = [
            (
                1300,
                "forward-to-gmail a@example.com Me@gmail.com ROUTE#a@example.com -; "
                    + "bounce b@example.com - ROUTE#* -; store c@example.com - - keep"
            )
        ]
        known.outcomes = [
            ("router-enrichment", 1200, "INFO", "routed"),
            ("gmail-forwarder", 2000, "ERROR", "failed"),
            ("bouncer", 2500, "INFO", "bounced"),
            ("gmail-forwarder", 722_000, "INFO", "imported"),
        ]
        known.ledger = [("GMAIL#me@gmail.com", "done"), ("BOUNCE#b@example.com", "done")]
        let drawn = try output(known)
        #expect(drawn.status == 0)
        #expect(
            drawn.path == """
                PATH
                   ┌  2025-01-18T10:00:00.000Z               S3                 stored, 9 bytes
                   │  2025-01-18T10:00:01.200Z  +1.2 s       router-enrichment  routed
                   │  2025-01-18T10:00:01.300Z  +1.3 s       bus                decided, 3 targets
                   │  2025-01-18T10:00:02.000Z  +2.0 s       gmail-forwarder    failed
                   │  2025-01-18T10:00:02.500Z  +2.5 s       bouncer            bounced
                   │  2025-01-18T10:12:02.000Z  +12 min 2 s  gmail-forwarder    imported
                   ├▶  a@example.com  forward-to-gmail  now: in me@gmail.com
                   ├▶  b@example.com  bounce            now: the sender has a report
                   └▶  c@example.com  store             now: kept in the bucket: keep

                """)
    }

    static let forward = "forward-to-gmail a@example.com me@gmail.com ROUTE#a@example.com -"
    static let bounce = "bounce a@example.com - ROUTE#* -"
    static let mailbox = ("GMAIL#me@gmail.com", "forward-to-gmail")

    @Test("A mail that has not arrived is where the ledger and the dead letters say")
    func elsewhere() throws {
        var known = Known()
        #expect(try end(of: known) == "now: in the bucket; no decision is in the routing log")
        known.deadLetterQueue = "ses-email-input-dlq-test"
        #expect(try end(of: known) == "now: dead letter in ses-email-input-dlq-test")
        known.decisions = [(1000, Self.forward)]
        #expect(try end(of: known) == "now: on its way to me@gmail.com")
        known.ledger = [("GMAIL#me@gmail.com", "claimed")]
        #expect(try end(of: known) == "now: waits for its next try")
        known.deadLetterQueue = "ses-gmail-forwarder-dlq-test"
        #expect(try end(of: known) == "now: dead letter in ses-gmail-forwarder-dlq-test")
        known.ledger = [("GMAIL#me@gmail.com", "refused")]
        #expect(try end(of: known) == "now: refused by Gmail; me@gmail.com has a notice")
        known.ledger = [("JUNK#me@gmail.com", "done")]
        #expect(try end(of: known) == "now: in Spam of me@gmail.com")
        known.decisions = [(1000, Self.bounce)]
        known.outcomes = [("bouncer", 2000, "INFO", "suppressed")]
        known.deadLetterQueue = nil
        #expect(try end(of: known) == "now: no report is sent: suppressed")
    }

    @Test("A mail that was decided again is where the later decision took it")
    func again() throws {
        var known = Known()
        known.decisions = [(1000, Self.forward), (5000, Self.forward)]
        known.ledger = [("GMAIL#me@gmail.com", "done")]
        let path = try output(known).path
        #expect(path.components(separatedBy: "▶").count == 2)
    }

    /// The one end of the path.
    private func end(of known: Known) throws -> String? {
        let lines = try output(known).path.split(separator: "\n")
        let ends = lines.filter { $0.contains("▶") }
        #expect(ends.count == 1)
        guard let range = ends.first?.range(of: "now: ") else { return nil }
        return ends.first.map { String($0[range.lowerBound...]) }
    }
}
