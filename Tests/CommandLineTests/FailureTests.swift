import Foundation
import TestSupport
import Testing

/// What is said, and with what it ends, when AWS does not do as it is asked. Nothing is changed: no
/// call that writes was let through.
@Suite(.waiting)
struct FailureTests {
    @Test("A missing table", arguments: EveryCommand.ofTheTable)
    func missingTable(command: EveryCommand) throws {
        let run = try refused(command, "ResourceNotFoundException")
        #expect(run.status == 4)
        // Reconciling begins with the function, which knows the users' permissions boundary.
        let missing =
            command.arguments.starts(with: ["smtp", "reconcile"])
            ? "function ses-mail-smtp-credential-manager-test" : "table ses-email-routing-test"
        #expect(
            run.sentence
                == "ses-mail: There is no \(missing) in eu-west-1. Check --env and --region, or "
                + "deploy with: make apply ENV=test")
    }

    @Test("A call that stays throttled", arguments: EveryCommand.all)
    func throttled(command: EveryCommand) throws {
        // Lambda and EventBridge have a word of their own for it.
        let code =
            command.arguments[0] == "pipeline" ? "TooManyRequestsException" : "ThrottlingException"
        let run = try refused(command, code, tries: CommandRun.attempts)
        #expect(run.status == 5)
        #expect(run.sentence.hasPrefix("ses-mail: AWS is too busy for "))
        #expect(run.sentence.hasSuffix(" (\(code)). Try again in a minute."))
    }

    @Test("Credentials that may not do this", arguments: EveryCommand.all)
    func denied(command: EveryCommand) throws {
        let run = try refused(command, "AccessDenied")
        #expect(run.status == 3)
        #expect(run.sentence.hasPrefix("ses-mail: AWS refuses "))
        #expect(
            run.sentence.hasSuffix(
                " (AccessDenied): no. Check --profile, or ask for this permission."))
    }

    @Test(
        "Credentials that are dead",
        arguments: [
            "UnrecognizedClientException", "ExpiredToken", "ExpiredTokenException",
            "InvalidSignatureException",
        ])
    func dead(code: String) throws {
        for command in EveryCommand.all
        where [["rules", "list"], ["queues", "status"], ["doctor"]].contains(command.arguments) {
            let run = try refused(command, code)
            #expect(run.status == 3)
            #expect(run.sentence.contains("(\(code)): the credentials are not valid. Check"))
        }
    }

    @Test(
        "A queue that is not there",
        arguments: EveryCommand.all.filter { $0.arguments[0] == "queues" })
    func noQueue(command: EveryCommand) throws {
        let run = try refused(command, "AWS.SimpleQueueService.NonExistentQueue")
        #expect(run.status == 4)
        #expect(run.sentence.contains("of this deployment in eu-west-1 ("))
    }

    @Test(
        "An answer that AWS did not write",
        // What a function answers is its own.
        arguments: EveryCommand.all.filter { $0.arguments.prefix(2) != ["pipeline", "invoke"] })
    func nonsense(command: EveryCommand) throws {
        let server = try LoopbackServer(answers: [Answer(200, [], "<html>a proxy's page</html>")])
        defer { server.stop() }
        let run = try CommandRun(command.arguments, at: server.url, input: command.input)
        #expect(run.status == 1)
        #expect(run.sentence.hasSuffix(". Try again."))
        #expect(run.output.isEmpty)
    }

    @Test("A lost network", arguments: EveryCommand.all)
    func lost(command: EveryCommand) throws {
        let run = try CommandRun(
            command.arguments, at: LoopbackServer.goneURL(), input: command.input)
        #expect(run.status == 5)
        #expect(run.sentence.hasSuffix(". Check the network, then try again."))
        #expect(run.output.isEmpty)
    }

    /// Runs the command where every call is refused with this code, but for the one that asks for
    /// the settings; only questions came, the same one in every try.
    private func refused(
        _ command: EveryCommand, _ code: String, tries: Int = 1
    ) throws -> CommandRun {
        let server = try LoopbackServer { request in
            request.isAboutSettings ? .noParameter : AWSAnswer(code: code).answer(to: request)
        }
        defer { server.stop() }
        let run = try CommandRun(command.arguments, at: server.url, input: command.input)
        #expect(run.output.isEmpty)
        let requests = server.requests.filter { !$0.isAboutSettings }
        #expect(requests.count == tries)
        #expect(Set(requests.map(\.operation)).count == 1)
        for request in requests {
            #expect(request.isQuestion || command.isMaking, "\(request.operation)")
        }
        return run
    }
}

extension ReceivedRequest {
    /// The operation in any of AWS's protocols.
    var operation: String {
        if let target = header("X-Amz-Target") {
            return target.split(separator: ".").last.map(String.init) ?? ""
        }
        let action = bodyText.split(separator: "&").first { $0.hasPrefix("Action=") }
        if let action { return String(action.dropFirst("Action=".count)) }
        return method == "POST" ? String(target.dropFirst()) : "\(method) \(target)"
    }

    /// Whether it asks for the settings that the deployment was applied with.
    var isAboutSettings: Bool {
        operation == "GetParameter" && bodyText.contains("/deployment\"")
    }

    /// Whether it changes nothing.
    var isQuestion: Bool {
        ["Get", "List", "Describe", "Scan", "Query", "BatchGet", "Filter", "GET ", "HEAD "]
            .contains { operation.hasPrefix($0) }
    }
}
