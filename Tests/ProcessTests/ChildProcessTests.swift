import Foundation
import Process
import TestSupport
import Testing

@Suite(.waiting)
struct ChildProcessTests {
    private static func ending(
        _ arguments: [String], _ variables: [String: String] = ["PATH": "/usr/bin:/bin"]
    ) -> ChildProcess.Ending {
        ChildProcess.ending(of: arguments, variables: variables)
    }

    private func complaint(_ arguments: [String]) -> String? {
        if case .failed(let complaint) = Self.ending(arguments) {
            complaint
        } else {
            nil
        }
    }

    @Test(
        "A program that prints for ever, and one that will not end, are ended",
        arguments: [
            "yes", "trap '' PIPE TERM; while :; do echo yyyyyyyyyyyyyyyy; done 2>/dev/null",
        ])
    func endless(script: String) {
        #expect(complaint(["sh", "-c", script]) == "it printed more than a megabyte")
    }

    @Test("A failure has the program's own words, and a missing program has none")
    func failure() {
        #expect(complaint(["sh", "-c", "echo out; echo why >&2; exit 3"]) == "why\n")
        guard case .notThere = Self.ending(["/nonexistent/program"]) else {
            Issue.record("it is there")
            return
        }
        guard case .printed(let bytes) = Self.ending(["echo", "a"]) else {
            Issue.record("it printed nothing")
            return
        }
        #expect(bytes == Array("a\n".utf8))
    }

    @Test("A program ends with whoever reads its output")
    func signals() {
        let script = "trap '' TERM; sh -c 'kill -s PIPE $$; echo lived'; echo end"
        signal(SIGPIPE, SIG_IGN)
        defer { signal(SIGPIPE, SIG_DFL) }
        guard case .printed(let bytes) = Self.ending(["sh", "-c", script]) else {
            Issue.record("it printed nothing")
            return
        }
        #expect(bytes == Array("end\n".utf8))
    }

    @Test("A program gets the variables that it was given, and no others")
    func variables() {
        guard case .printed(let bytes) = Self.ending(["/usr/bin/env"], ["A": "", "B": "=\u{E9}"])
        else {
            Issue.record("it printed nothing")
            return
        }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        #expect(Set(lines) == ["A=", "B==\u{E9}"])
    }
}
