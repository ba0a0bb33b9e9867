import Foundation
import TestSupport
import Testing

@testable import ses_mail

/// The end of a command whose answer cannot be written.
@Suite(.waiting)
struct OutputTests {
    static let sentence = "ses-mail: The output could not be written: "

    private func run(_ redirection: String, _ arguments: String) throws -> CommandRun {
        let server = try LoopbackServer(answers: [Answer(200, [], #"{"Items": []}"#)])
        defer { server.stop() }
        let program = Repository.products.appending(path: "ses-mail").path
        return try CommandRun(
            shell: "'\(program)' \(arguments) --env test \(redirection)",
            environment: ConventionTests.keys.merging(["AWS_ENDPOINT_URL": server.url]) { $1 })
    }

    @Test("A full disk is one sentence and a failure", arguments: ["rules export", "rules list"])
    func full(arguments: String) throws {
        let run = try run("> /dev/full", arguments)
        #expect(run.status == 1)
        #expect(run.complaint == Self.sentence + "No space left on device.\n")
    }

    @Test("A closed output is one too, and no socket takes its place")
    func closed() throws {
        let run = try run(">&-", "rules export --json")
        #expect(run.status == 1)
        #expect(run.complaint == Self.sentence + "Bad file descriptor.\n")
    }

    @Test("A reader who has gone misses nothing")
    func gone() throws {
        let run = try run("| true; exit ${PIPESTATUS[0]}", "rules list")
        #expect(run.status == 0)
        #expect(run.complaint.isEmpty)
    }

    @Test(
        "A character of East Asia and an emoji take two columns",
        arguments: [
            ("abc", 3), ("é", 1), ("e\u{301}", 1), ("日本語", 6), ("한", 2), ("ｆ", 2), ("😀", 2),
            ("→ ← …", 5), ("", 0),
        ])
    func cells(text: String, expected: Int) {
        #expect(text.cells == expected)
    }
}
