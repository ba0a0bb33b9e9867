import AWS
import Foundation
import JSON
import Synchronization
import TestSupport
import Testing

@testable import ses_mail

/// What `trace` shows where a part of the deployment does not answer as it should.
@Suite(.waiting)
struct MailTraceTests {
    private static let id = "0123456789abcdef"
    private static let denial = Answer(
        400, [], #"{"__type": "x#AccessDeniedException", "Message": "no"}"#)

    /// An AWS in which the mail is stored, and nothing else is known of it, unless `otherwise` has
    /// another answer.
    private func server(
        _ otherwise: @escaping @Sendable (ReceivedRequest) -> Answer?
    ) throws -> LoopbackServer {
        try LoopbackServer { request in
            if let answer = otherwise(request) { return answer }
            if request.bodyText.contains("GetCallerIdentity") {
                return .caller("123")
            }
            if request.method == "GET" {
                return Answer(
                    200, [],
                    """
                    <ListBucketResult><Contents><Key>emails/\(Self.id)</Key><Size>9</Size>
                    <LastModified>2025-01-18T10:00:00.000Z</LastModified></Contents>
                    </ListBucketResult>
                    """)
            }
            switch request.operation {
            case "GetQueueUrl": return Answer(200, [], #"{"QueueUrl": "https://sqs/1/q"}"#)
            case "GetQueueAttributes": return Self.queue(of: 0)
            case "GetParameter": return .noParameter
            case "Query": return Answer(200, [], #"{"Items": []}"#)
            default: return Answer(200, [], "{}")
            }
        }
    }

    private static func queue(of count: Int, inFlight: Int = 0) -> Answer {
        Answer(
            200, [],
            #"{"Attributes": {"QueueArn": "arn:q", "ApproximateNumberOfMessages": "\#(count)", "#
                + #""ApproximateNumberOfMessagesNotVisible": "\#(inFlight)", "#
                + #""ApproximateNumberOfMessagesDelayed": "0"}}"#)
    }

    private func trace(_ server: LoopbackServer, _ more: [String] = []) throws -> CommandRun {
        try CommandRun(["trace", Self.id] + more, at: server.url)
    }

    static let parts: [(String, String, @Sendable (ReceivedRequest) -> Bool)] = [
        ("STORED", "the bucket", { $0.method == "GET" }),
        ("LEDGER", "the ledger", { $0.operation == "Query" }),
        ("DECIDED", "the routing log", { $0.bodyText.contains("/aws/events/") }),
        ("LOG", "the log of bouncer", { $0.bodyText.contains("ses-mail-bouncer-test") }),
        ("X-RAY", "X-Ray", { $0.target == "/TraceSummaries" }),
        ("DEAD LETTERS", "ses-bouncer-dlq-test", { $0.bodyText.contains("ses-bouncer-dlq") }),
    ]

    @Test(
        "A part that may not be read says so, the others are shown, and it ends with 1",
        arguments: parts.indices)
    func refused(index: Int) throws {
        let (title, place, isRefused) = Self.parts[index]
        let server = try server { isRefused($0) ? Self.denial : nil }
        defer { server.stop() }
        let run = try trace(server)
        #expect(run.status == 1)
        #expect(run.sentence == "ses-mail: Not everything could be read: see \(title).")
        #expect(run.output.contains("\(title)\n   \(place) could not be read: "))
        #expect(run.output.components(separatedBy: "could not be read").count == 2)
        if title != "STORED" { #expect(run.output.contains("emails/\(Self.id)  9 bytes")) }
        for other in Self.parts where other.0 != title {
            #expect(!run.output.contains("\(other.1) could not be read"))
        }
        let json = try JSONValue(parsing: Array(try trace(server, ["--json"]).output.utf8))
        #expect(json["remarks"]?.array?.map { $0["part"] } == [.string(title)])
        #expect(json["remarks"]?.array?.map { $0["severity"] } == ["error"])
    }

    @Test("All traces of a mail are shown, and where there are too many, that some are not")
    func manyTraces() throws {
        let count = Mutex(40)
        let server = try server { request in
            guard request.target == "/TraceSummaries" else { return nil }
            let all = (0..<count.withLock { $0 }).map { #"{"Id": "1-\#($0)", "Duration": 1}"# }
            return Answer(200, [], #"{"TraceSummaries": [\#(all.joined(separator: ","))]}"#)
        }
        defer { server.stop() }
        let whole = try trace(server)
        #expect(whole.status == 0 && whole.output.contains("1-39 "))
        count.withLock { $0 = 41 }
        let cut = try trace(server)
        #expect(cut.status == 1 && cut.output.contains("X-Ray: 40 of 41 traces are shown."))
    }

    @Test("The page of make local is named below a mail of that deployment, and of no other")
    func page() throws {
        let server = try server { _ in nil }
        defer { server.stop() }
        let variables = ["AWS_ENDPOINT_URL": server.url, "SES_MAIL_PAGE": "http://127.0.0.1:8025"]
        func trace(_ deployment: String, _ more: String...) throws -> String {
            try CommandRun(
                ["trace", Self.id, "--env", deployment] + more,
                environment: ConventionTests.keys.merging(variables) { $1 }
            ).output
        }
        let line = "In a browser: http://127.0.0.1:8025/mail/\(Self.id)\n"
        #expect(try trace("local").hasSuffix(line))
        #expect(try !trace("test").contains("In a browser"))
        #expect(try !trace("local", "--json").contains("In a browser"))
    }

    @Test("Nothing is known of a mail only where everything could be read")
    func unknown() throws {
        let isRefused = Mutex(true)
        let server = try server { request in
            if request.method == "GET" {
                return Answer(200, [], "<ListBucketResult></ListBucketResult>")
            }
            let isLedger = request.operation == "Query"
            return isLedger && isRefused.withLock({ $0 }) ? Self.denial : nil
        }
        defer { server.stop() }
        #expect(try trace(server).status == 1)
        isRefused.withLock { $0 = false }
        #expect(try trace(server).status == 4)
    }

    @Test("The logs are searched from ten minutes before the mail was stored, or as --since says")
    func range() throws {
        let server = try server { _ in nil }
        defer { server.stop() }
        #expect(try trace(server).status == 0)
        func starts() throws -> Set<Int> {
            Set(
                try server.requests.filter { $0.operation == "FilterLogEvents" }
                    .compactMap { try JSONValue(parsing: $0.body)["startTime"]?.integer })
        }
        // 2025-01-18T09:50:00Z
        #expect(try starts() == [1_737_193_800_000])
        #expect(try trace(server, ["--since", "2025-01-01"]).status == 0)
        #expect(try starts() == [1_737_193_800_000, 1_735_689_600_000])
    }

    @Test(
        "Of a long dead-letter queue 200 messages are looked at, put back, and no more is claimed")
    func longQueue() throws {
        let numbers = Mutex(0)
        let server = try server { request in
            guard request.bodyText.contains("ses-bouncer-dlq") || request.bodyText.contains("/b")
            else { return nil }
            switch request.operation {
            case "GetQueueUrl": return Answer(200, [], #"{"QueueUrl": "https://sqs/1/b"}"#)
            case "GetQueueAttributes": return Self.queue(of: 1500)
            case "ReceiveMessage":
                let first = numbers.withLock { number in
                    defer { number += 10 }
                    return number
                }
                let messages = (first..<first + 10).map {
                    #"{"MessageId": "m\#($0)", "ReceiptHandle": "h", "Body": "b"}"#
                }
                return Answer(200, [], #"{"Messages": [\#(messages.joined(separator: ","))]}"#)
            // The time of those that were taken first is over already.
            case "ChangeMessageVisibilityBatch":
                return Answer(
                    200, [],
                    #"{"Failed": [{"Id": "m0", "Code": "InvalidParameterValue", "#
                        + #""SenderFault": true}], "Successful": []}"#)
            default: return nil
            }
        }
        defer { server.stop() }
        let run = try trace(server)
        #expect(run.status == 1)
        #expect(
            run.output.contains(
                "DEAD LETTERS\n   ses-bouncer-dlq-test: 200 of about 1500 messages were looked at, "
                    + "and the mail is not among them. It may be among the others.\n"))
        let operations = server.requests.map(\.operation)
        // The other two queues are asked once.
        #expect(operations.count { $0 == "ReceiveMessage" } == 22)
        #expect(operations.count { $0 == "ChangeMessageVisibilityBatch" } == 20)
        #expect(!operations.contains("ChangeMessageVisibility"))
    }

    @Test(
        "Dead letters that somebody else holds were not looked at; a count alone is approximate",
        arguments: [(0, 3, 1), (3, 0, 0), (0, 0, 0)] as [(Int, Int, Int32)])
    func unseen(waiting: Int, inFlight: Int, status: Int32) throws {
        let server = try server { request in
            request.operation == "GetQueueAttributes"
                ? Self.queue(of: waiting, inFlight: inFlight) : nil
        }
        defer { server.stop() }
        let run = try trace(server)
        #expect(run.status == status)
        let words = "ses-bouncer-dlq-test: 0 of about \(waiting + inFlight) messages were looked at"
        #expect(run.output.contains(words) == (waiting + inFlight > 0))
    }

    @Test("With Transaction Search a trace that is not found is not indexed, and no fault")
    func notIndexed() throws {
        let server = try server { request in
            request.target == "/GetTraceSegmentDestination"
                ? Answer(200, [], #"{"Destination": "CloudWatchLogs", "Status": "ACTIVE"}"#) : nil
        }
        defer { server.stop() }
        let run = try trace(server)
        #expect(run.status == 0)
        #expect(run.output.contains("X-RAY\n   not indexed: with Transaction Search, "))
        #expect(run.output.contains("--log-group-name aws/spans --filter-pattern "))
        let json = try JSONValue(parsing: Array(try trace(server, ["--json"]).output.utf8))
        #expect(json["remarks"]?.array?.map { $0["severity"] } == ["note"])
    }
}
