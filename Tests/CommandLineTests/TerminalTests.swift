import Foundation
import Synchronization
import TestSupport
import Testing

/// What a person at a terminal sees while a command works, and what a command asks there.
@Suite(.waiting)
struct TerminalTests {
    @Test(
        "What goes on is said before AWS has answered, and nothing of it where nobody looks",
        arguments: EveryCommand.all)
    func progress(command: EveryCommand) throws {
        let gate = Gate()
        let server = try LoopbackServer { request in
            gate.wait()
            return AWSAnswer(code: "AccessDenied").answer(to: request)
        }
        defer { server.stop() }
        let terminal = try Terminal(command, at: server.url)
        // No answer comes before this line has been read.
        let first = terminal.line()
        gate.open()
        let rest = terminal.end()
        #expect(
            first.wholeMatch(of: /[a-z][^\n]* …\r\n/) != nil,
            "\(first.debugDescription), then \(rest.debugDescription)")
        #expect(rest.hasSuffix(".\r\n"))
        let run = try CommandRun(command.arguments, at: server.url, input: command.input)
        #expect(!run.complaint.contains("…"))
        #expect(run.sentence.hasPrefix("ses-mail: AWS refuses "))
    }

    @Test(
        "While a call has to wait its turn, a person sees for what, and for how long",
        arguments: [
            (400, #"{"__type": "x#ThrottlingException", "message": "slow"}"#, "is throttled"),
            (503, "", "failed (503)"),
        ])
    func waiting(status: Int, body: String, words: String) throws {
        let server = try LoopbackServer(answers: [
            Answer(status, ["Retry-After: 1"], body), Answer(200, [], #"{"Items": []}"#),
        ])
        defer { server.stop() }
        let terminal = try Terminal(EveryCommand(arguments: ["rules", "list"]), at: server.url)
        #expect(
            terminal.end()
                == "reading the rules …\r\nDynamoDB.Scan \(words), waiting one second …\r\n")
        #expect(terminal.status == 0)
    }

    @Test(
        "A question is obeyed: yes does it, and everything else changes nothing",
        arguments: [
            ("y", true), ("Y", true), ("yes", true), ("n", false), ("", false), ("N", false),
            ("nonsense", false), ("y ", false),
        ])
    func confirmation(answer: String, isYes: Bool) throws {
        let item =
            #"{"Item": {"PK": {"S": "ROUTE#*"}, "SK": {"S": "RULE#v1"}, "recipient": {"S": "*"}, "#
            + #""action": {"S": "store"}, "target": {"S": ""}, "enabled": {"BOOL": true}}}"#
        let server = try LoopbackServer { request in
            Answer(200, [], request.operation == "GetItem" ? item : "{}")
        }
        defer { server.stop() }
        let command = EveryCommand(arguments: ["rules", "remove", "*"])
        let terminal = try Terminal(command, at: server.url, isAsked: true)
        let question = terminal.text(with: "[y/N] ")
        #expect(
            question == "reading the rule …\r\nDelete the rule for * in test in eu-west-1 (store)? "
                + "[y/N] ")
        #expect(server.requests.allSatisfy { $0.isQuestion })
        terminal.type("\(answer)\n")
        let rest = terminal.end()
        #expect(terminal.status == (isYes ? 0 : 3))
        #expect(rest.contains("ses-mail: Nothing was changed.") == !isYes)
        #expect(server.requests.contains { !$0.isQuestion } == isYes)
    }
}

/// What answers wait for.
private final class Gate: Sendable {
    private let isOpen = Mutex(false)
    private let opening = DispatchSemaphore(value: 0)

    func open() {
        isOpen.withLock { $0 = true }
        opening.signal()
    }

    func wait() {
        if isOpen.withLock({ $0 }) { return }
        opening.wait()
        opening.signal()
    }
}
