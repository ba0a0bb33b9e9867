import AWS
import Foundation
import JSON
import Mail
import Synchronization
import TestSupport
import Testing

@testable import ses_mail

/// The list of the stored mail, and the files that are made of it.
@Suite(.waiting)
struct MailListTests {
    /// A bucket with these mails, the oldest first, a routing log, and a ledger.
    func server(
        _ mails: [[UInt8]], log: [String] = [], rows: [String: String] = [:]
    ) throws -> LoopbackServer {
        try LoopbackServer { request in
            if request.isAboutSettings { return .noParameter }
            if request.bodyText.contains("Action=") {
                return .caller("123456789012")
            }
            switch request.operation {
            case "FilterLogEvents": return Self.events(log)
            case "DescribeLogGroups": return Answer(200, [], "{}")
            case "Query":
                let id = rows.keys.first { request.bodyText.contains("MAIL#\($0)") }
                return Answer(200, [], #"{"Items": [\#(id.flatMap { rows[$0] } ?? "")]}"#)
            default: break
            }
            if request.head.contains("list-type=2") { return Self.listing(mails) }
            guard let index = Self.index(in: request.target) else { return Answer(404, [], "") }
            let end = request.header("Range").flatMap { Int($0.split(separator: "-")[1]) } ?? 0
            return Answer(206, [], Array(mails[index].prefix(end + 1)))
        }
    }

    private static func events(_ log: [String]) -> Answer {
        let events = log.enumerated().map { index, text -> JSONValue in
            let line = #"{"id":"e","messageId":"m\#(index)","log":"\#(text)"}"#
            return ["eventId": .string("\(index)"), "timestamp": 1, "message": .string(line)]
        }
        return Answer(200, [], JSONValue.object([.init("events", .array(events))]).text)
    }

    private static func listing(_ mails: [[UInt8]]) -> Answer {
        let entries = mails.enumerated().map { index, mail in
            "<Contents><Key>emails/m\(index)</Key><Size>\(mail.count)</Size>"
                + "<LastModified>2026-11-29T10:\(10 + index / 60):\(10 + index % 60 % 50).000Z"
                + "</LastModified></Contents>"
        }
        return Answer(200, [], "<ListBucketResult>\(entries.joined())</ListBucketResult>")
    }

    private static func index(in target: String) -> Int? {
        target.range(of: "emails/m").flatMap { Int(target[$0.upperBound...].prefix { $0 != "?" }) }
    }

    static func mail(_ number: Int, _ header: String = "") -> [UInt8] {
        Array(
            """
            Return-Path: <anna@remote.example>\r
            Received: by inbound-smtp for a\(number)@example.com; Mon\r
            X-SES-Spam-Verdict: PASS\r
            From: =?utf-8?Q?J=C3=BCrgen?= <j\(number)@sub.remote.example>\r
            Subject: Mail \(number)\r
            \(header)\r
            \r
            From the start\r

            """.utf8)
    }

    static let log = [
        "store a0%40example.com - - spam",
        "forward-to-gmail a1%40example.com me%40gmail.com ROUTE%23%2A -",
        "bounce a2%40example.com - ROUTE%23%2A no-rule", "store a3%40example.com - ROUTE%23%2A -",
    ]
    private static let refusal =
        #"{"SK": {"S": "GMAIL#me@gmail.com"}, "state": {"S": "refused"}, "reason": {"S": "odd"}}"#

    private func ids(_ options: [String], _ server: LoopbackServer) throws -> [String] {
        let run = try CommandRun(["mail", "list", "--json"] + options, at: server.url)
        #expect(run.status == 0, "\(run.complaint)")
        let rows = try JSONValue(parsing: Array(run.output.utf8)).array ?? []
        return rows.compactMap { $0["message_id"]?.string }
    }

    @Test("The newest mail comes first, with the reason that the log or the ledger gives")
    func list() throws {
        let server = try server(
            (0..<4).map { Self.mail($0) }, log: Self.log, rows: ["m1": Self.refusal])
        defer { server.stop() }
        let run = try CommandRun(["mail", "list"], at: server.url)
        let lines = run.output.split(separator: "\n").map {
            $0.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
        }
        let day = "2026-11-29T10:10:"
        #expect(
            lines == [
                "ID RECEIVED FROM TO SUBJECT BYTES STATE REASON VERDICTS",
                "m3 \(day)13Z Jürgen <j3@sub.remote.example> a3@example.com Mail 3 205 stored",
                "m2 \(day)12Z Jürgen <j2@sub.remote.example> a2@example.com Mail 2 205 bounced "
                    + "no-rule",
                "m1 \(day)11Z Jürgen <j1@sub.remote.example> a1@example.com Mail 1 205 refused odd",
                "m0 \(day)10Z Jürgen <j0@sub.remote.example> a0@example.com Mail 0 205 junk spam",
            ])
        // Where the log tells all, the ledger is not asked.
        #expect(server.requests.count { $0.operation == "Query" } == 1)
        let ranges = server.requests.compactMap { $0.header("Range") }
        #expect(ranges == Array(repeating: "bytes=0-16383", count: 4))
    }

    @Test(
        "Each filter chooses its mail, and several kinds are added",
        arguments: [
            (["--junk"], ["m0"]), (["--refused"], ["m1"]), (["--bounced"], ["m2"]),
            (["--stored"], ["m3"]), (["--stored", "--junk"], ["m3", "m0"]),
            (["--to", "A2@example.com"], ["m2"]), (["--to", "*@example.org"], []),
            (["--to", "*@example.com", "--limit", "2"], ["m3", "m2"]),
            (["--from", "*@remote.example"], ["m3", "m2", "m1", "m0"]),
            (["--from", "j1@sub.remote.example"], ["m1"]),
            (["--from", "*@other.example"], []), (["--limit", "1"], ["m3"]),
            (["--since", "2026-11-29T10:10:12Z"], ["m3", "m2"]),
        ])
    func filters(options: [String], expected: [String]) throws {
        let server = try server(
            (0..<4).map { Self.mail($0) }, log: Self.log, rows: ["m1": Self.refusal])
        defer { server.stop() }
        #expect(try ids(options, server) == expected)
    }

    @Test("When the routing log is gone, the header and the ledger's refusals are left")
    func withoutLog() throws {
        let spam = Array(
            String(decoding: Self.mail(0), as: UTF8.self)
                .replacingOccurrences(of: "Verdict: PASS", with: "Verdict: FAIL").utf8)
        let server = try server([spam, Self.mail(1)], rows: ["m1": Self.refusal])
        defer { server.stop() }
        #expect(try ids(["--junk"], server) == ["m0"])
        #expect(try ids(["--refused"], server) == ["m1"])
        #expect(try ids(["--to", "a1@example.com"], server) == ["m1"])
    }

    @Test("A longer header is read once more, and no more than 256 KB of it")
    func longHeader() throws {
        let long = Self.mail(
            0, "X-Long: " + String(repeating: "x", count: 20_000) + "\r\nX-Last: 1")
        let endless =
            Array("From: a@b.example\r\nX: ".utf8)
            + Array(repeating: UInt8(ascii: "x"), count: 300_000)
        let server = try server([long, endless])
        defer { server.stop() }
        #expect(try ids([], server) == ["m1", "m0"])
        let ranges = Set(server.requests.compactMap { $0.header("Range") })
        #expect(ranges == ["bytes=0-16383", "bytes=0-262143"])
    }

    @Test("Nothing is read any more when the reader has gone, and nothing printed by a failure")
    func gone() throws {
        let server = try server((0..<2000).map { Self.mail($0) })
        defer { server.stop() }
        let program = Repository.products.appending(path: "ses-mail").path
        let more = ["AWS_ENDPOINT_URL": server.url, "PATH": "/usr/bin:/bin"]
        let run = try CommandRun(
            shell: "'\(program)' mail list --tsv --env test | head -1",
            environment: ConventionTests.keys.merging(more) { $1 })
        #expect(run.output.hasPrefix("message_id\treceived_at\t") && run.complaint.isEmpty)
        #expect(server.requests.count { $0.header("Range") != nil } < 1000)
        let denied = try LoopbackServer(answers: [Answer(403, [], "")])
        defer { denied.stop() }
        for format in ["--json", "--tsv"] {
            #expect(try CommandRun(["mail", "list", format], at: denied.url).output.isEmpty)
        }
    }

    @Test("No character that a terminal obeys is listed, in any format")
    func hostile() throws {
        let mails = ShownMailTests.hostile.flatMap { ShownMailTests.mails($0) }
        let server = try server(mails)
        defer { server.stop() }
        for format in [[], ["--json"], ["--tsv"]] {
            let run = try CommandRun(["mail", "list"] + format, at: server.url)
            #expect(run.status == 0, "\(run.complaint)")
            #expect(run.output.filter { $0 == "\n" }.count >= mails.count)
            let isTSV = format == ["--tsv"]
            let text = isTSV ? run.output.replacingOccurrences(of: "\t", with: " ") : run.output
            #expect(text.isHarmless)
        }
    }
}
