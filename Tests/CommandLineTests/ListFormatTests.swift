import Foundation
import JSON
import Mail
import TestSupport
import Testing

@testable import ses_mail

/// The formats of a list: a table, JSON and tab-separated values.
@Suite(.waiting)
struct ListFormatTests {
    private func list(_ format: [String]) throws -> CommandRun {
        let row = """
            {"PK": {"S": "ROUTE#a@b.example"}, "SK": {"S": "RULE#v1"}, "action": {"S": "store"}, \
            "description": {"S": "one\\ttwo\\nthree \\\\ four"}, "created_at": {"S": "2025"}}
            """
        let server = try LoopbackServer(answers: [Answer(200, [], #"{"Items": [\#(row)]}"#)])
        defer { server.stop() }
        return try CommandRun(["rules", "list"] + format, at: server.url)
    }

    @Test(
        "Tab-separated values have the names of the JSON, and a value never ends a cell or a line")
    func tsv() throws {
        let run = try list(["--tsv"])
        #expect(run.status == 0)
        let names =
            (["recipient"] + RoutingRule.attributeNames + ["created_at", "updated_at"])
            .joined(separator: "\t")
        #expect(
            run.output == names + "\na@b.example\tstore" + String(repeating: "\t", count: 15)
                + "yes\t"
                + #"one\ttwo\nthree \\ four"# + "\t2025\t\n")
        let document = try JSONValue(parsing: try list(["--json"]).output)
        let members = try #require(document.array?.first?.members)
        #expect(members.map(\.name).joined(separator: "\t") == names)
        #expect(document.array?.first?["updated_at"] == .null)
        #expect(document.array?.first?["enabled"] == true)
    }

    @Test("A table has headings, and a tab in a value does not move its columns")
    func table() throws {
        #expect(
            try list([]).output == """
                ADDRESS      ACTION  TARGET  ENABLED  DESCRIPTION
                a@b.example  store           yes      one?two three \\ four

                """)
    }

    @Test("Two formats at once are wrong usage")
    func both() throws {
        let run = try list(["--tsv", "--json"])
        #expect(run.status == 64)
        #expect(run.complaint == "ses-mail: Use either --json or --tsv, not both.\n")
        #expect(run.output.isEmpty)
    }

    @Test("An empty list of tab-separated values has its names all the same")
    func empty() throws {
        let server = try LoopbackServer { request in
            request.operation == "GetParameter" ? .noParameter : Answer(200, [], #"{"Items": []}"#)
        }
        defer { server.stop() }
        let run = try CommandRun(["smtp", "list", "--tsv"], at: server.url)
        #expect(run.output.hasPrefix("username\tstatus\tfrom\tdescription\t"))
        #expect(run.output.count { $0 == "\n" } == 1)
    }

    @Test("Every name in an accepted answer is in snake case, as those of the table are")
    func names() throws {
        let folder = Repository.root.appending(path: "Tests/CommandLineTests/Golden")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            // The fields of a log line have the names that the functions log.
            .filter { $0.hasSuffix(".txt") && $0 != "logs.txt" }
        var count = 0
        for file in files {
            let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
            for line in text.split(separator: "\n") where line.first == "{" || line.first == "[" {
                // A change batch is Route 53's own document.
                if file == "dns-records.txt", line.hasPrefix("{\"Comment\"") { continue }
                // Another line in brackets is an exit status, and has no names.
                let names = (try? JSONValue(parsing: String(line))).map(Self.names) ?? []
                count += names.count
                for name in names where name.wholeMatch(of: /[a-z][a-z0-9]*(_[a-z0-9]+)*/) == nil {
                    Issue.record("\(file): \(name)")
                }
            }
        }
        #expect(count > 200)
    }

    private static func names(_ document: JSONValue) -> [String] {
        (document.array ?? []).flatMap(names)
            + (document.members ?? []).flatMap { member in
                // A rule's pattern is EventBridge's own document.
                [member.name] + (member.name == "pattern" ? [] : names(member.value))
            }
    }
}
