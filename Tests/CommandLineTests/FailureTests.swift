import Foundation
import TestSupport
import Testing

/// What is said, and with what it ends, when AWS does not do as it is asked. Nothing is changed: no
/// call that writes was let through.
struct FailureTests {
    private func run(_ arguments: [String], at url: String) throws -> CommandRun {
        try CommandRun(arguments, at: url, input: #"[{"recipient": "*", "action": "store"}]"#)
    }

    @Test("A missing table", arguments: ConventionTests.commands.indices)
    func missingTable(index: Int) throws {
        let run = try answered(
            index, 400, #"{"__type": "x#ResourceNotFoundException", "message": "no resource"}"#)
        #expect(run.status == 4)
        #expect(
            run.sentence
                == "ses-mail: There is no table ses-email-routing-test in eu-west-1. Check --env "
                + "and --region, or deploy with: make apply ENV=test")
    }

    @Test("A call that stays throttled", arguments: ConventionTests.commands.indices)
    func throttled(index: Int) throws {
        let run = try answered(
            index, 400, #"{"__type": "x#ThrottlingException", "message": "slow down"}"#,
            tries: CommandRun.attempts)
        #expect(run.status == 5)
        #expect(run.sentence.hasPrefix("ses-mail: AWS is too busy for DynamoDB."))
        #expect(run.sentence.hasSuffix(" (ThrottlingException). Try again in a minute."))
    }

    @Test("Credentials that may not do this", arguments: ConventionTests.commands.indices)
    func denied(index: Int) throws {
        let run = try answered(
            index, 400,
            #"{"__type": "x#AccessDeniedException", "Message": "User: u@x may not do y."}"#)
        #expect(run.status == 3)
        #expect(run.sentence.hasPrefix("ses-mail: AWS refuses DynamoDB."))
        #expect(
            run.sentence.hasSuffix(
                " (AccessDeniedException): User: u@x may not do y. Check --profile, or ask for "
                    + "this permission."))
    }

    @Test(
        "Credentials that are dead",
        arguments: [
            "UnrecognizedClientException", "ExpiredTokenException", "InvalidSignatureException",
        ])
    func dead(code: String) throws {
        let run = try answered(0, 400, #"{"__type": "\#(code)", "message": "no"}"#)
        #expect(run.status == 3)
        #expect(run.sentence.contains("(\(code)): the credentials are not valid. Check"))
    }

    static let lookingElsewhere = [
        ["queues", "status"], ["queues", "peek", "input"], ["queues", "redrive", "input", "--yes"],
        ["trace", "0123"], ["replay", "0123", "--yes"], ["replay", "--since", "1h", "--yes"],
    ]

    @Test("Queues that are not there, busy or forbidden", arguments: lookingElsewhere)
    func elsewhere(arguments: [String]) throws {
        for (status, code, words) in [
            (
                4, "AWS.SimpleQueueService.NonExistentQueue",
                "found nothing of that name in eu-west-1"
            ),
            (5, "ThrottlingException", "AWS is too busy for "),
            (3, "AccessDenied", "AWS refuses "),
        ] as [(Int32, String, String)] {
            // STS is asked in another form than SQS, and answers in it.
            let body =
                ["trace", "replay"].contains(arguments[0])
                ? "<ErrorResponse><Error><Code>\(code)</Code></Error></ErrorResponse>"
                : #"{"__type": "com.amazonaws.sqs#\#(code)", "message": "no"}"#
            let server = try LoopbackServer(answers: [Answer(400, [], body)])
            defer { server.stop() }
            let run = try run(arguments, at: server.url)
            #expect(run.status == status)
            #expect(run.sentence.contains(words))
            #expect(run.output.isEmpty)
            #expect(server.requests.count == (status == 5 ? CommandRun.attempts : 1))
        }
    }

    @Test("An answer that is none of AWS's")
    func nonsense() throws {
        let run = try answered(0, 200, "<html>a proxy's page</html>")
        #expect(run.status == 1)
        #expect(run.sentence.hasSuffix("; try again."))
    }

    @Test(
        "A lost network",
        arguments: ConventionTests.commands + lookingElsewhere + WatchFailureTests.commands)
    func lost(arguments: [String]) throws {
        let run = try run(arguments, at: LoopbackServer.goneURL())
        #expect(run.status == 5)
        #expect(run.sentence.hasSuffix(". Check the network, then try again."))
        #expect(run.output.isEmpty)
    }

    /// Runs one of the commands against a server that gives this answer to everything; only
    /// questions came, the same one in every try.
    private func answered(
        _ index: Int, _ status: Int, _ body: String, tries: Int = 1
    ) throws -> CommandRun {
        let server = try LoopbackServer(answers: [Answer(status, [], body)])
        defer { server.stop() }
        let run = try run(ConventionTests.commands[index], at: server.url)
        #expect(run.output.isEmpty)
        #expect(server.requests.count == tries)
        for request in server.requests {
            let operation = request.header("X-Amz-Target")?.split(separator: ".").last ?? ""
            // What makes a row writes it where there is none, and was refused.
            let isMaking = ConventionTests.commands[index].contains("create")
            let questions = ["Scan", "GetItem", "BatchGetItem", "Query"]
            #expect(questions.contains(String(operation)) || isMaking && operation == "PutItem")
        }
        return run
    }
}
