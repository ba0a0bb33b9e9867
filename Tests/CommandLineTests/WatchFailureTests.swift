import Foundation
import TestSupport
import Testing

/// What `logs`, `metrics`, `alarms` and `doctor` say, and end with, when AWS does not do as it is
/// asked.
struct WatchFailureTests {
    static let commands = [
        ["logs"], ["logs", "--follow"], ["logs", "--query", "bouncer-failures"], ["metrics"],
        ["metrics", "EmailsAccepted"], ["alarms"], ["alarms", "x"], ["doctor"],
        ["doctor", "--fix", "transaction-search", "--yes"],
    ]

    @Test("Busy or forbidden", arguments: commands)
    func refused(arguments: [String]) throws {
        for (status, code, words) in [
            (5, "ThrottlingException", "AWS is too busy for "), (3, "AccessDenied", "AWS refuses "),
            (3, "ExpiredToken", "AWS refuses "),
        ] as [(Int32, String, String)] {
            // STS is asked in another form than the others, and answers in it.
            let body =
                arguments == ["doctor"]
                ? "<ErrorResponse><Error><Code>\(code)</Code></Error></ErrorResponse>"
                : #"{"__type": "x#\#(code)", "message": "no"}"#
            let server = try LoopbackServer(answers: [Answer(400, [], body)])
            defer { server.stop() }
            let run = try CommandRun(arguments, at: server.url)
            #expect(run.status == status)
            #expect(run.sentence.contains(words))
            #expect(run.output.isEmpty)
            #expect(server.requests.count == (status == 5 ? CommandRun.attempts : 1))
        }
    }

    @Test("An answer that is none of AWS's", arguments: commands)
    func nonsense(arguments: [String]) throws {
        let server = try LoopbackServer(answers: [Answer(200, [], "<html>a proxy's page</html>")])
        defer { server.stop() }
        let run = try CommandRun(arguments, at: server.url)
        #expect(run.status == 1)
        #expect(run.sentence.hasSuffix("; try again."))
    }

    @Test("A log group that is not there")
    func missing() throws {
        let body = #"{"__type": "ResourceNotFoundException", "message": "no"}"#
        let server = try LoopbackServer(answers: [Answer(400, [], body)])
        defer { server.stop() }
        let run = try CommandRun(["logs", "bouncer"], at: server.url)
        #expect(run.status == 4)
        #expect(
            run.sentence
                == "ses-mail: There is no log group /aws/lambda/ses-mail-bouncer-test in "
                + "eu-west-1. Check --env and --region, or deploy with: make apply ENV=test")
    }

    @Test("Where only the caller is known, every check is tried and says that it was refused")
    func denied() throws {
        let server = try LoopbackServer { request in
            request.bodyText.contains("GetCallerIdentity")
                ? Answer(
                    200, [], "<R><Account>123</Account><Arn>arn:aws:iam::123:user/me</Arn></R>")
                : Answer(403, [], #"{"__type": "AccessDeniedException", "message": "may not"}"#)
        }
        defer { server.stop() }
        let run = try CommandRun(["doctor"], at: server.url)
        #expect(run.status == 3)
        #expect(run.complaint.isEmpty)
        #expect(run.output.contains("account 123, as arn:aws:iam::123:user/me\n"))
        // eu-west-1 and the caller are all that is in order.
        #expect(run.output.hasSuffix("26 checks: 2 ok, 0 notes, 0 warnings, 24 errors.\n"))
        #expect(run.output.contains("           → AWS refuses Lambda.GetFunctionConfiguration ("))
    }

    @Test(
        "Wrong usage ends with 64 before anything is asked of AWS",
        arguments: [
            ["logs", "nonsense"], ["logs", "--since", "yesterday"], ["logs", "--mail", "a b"],
            ["logs", "--since", "2999-01-01"], ["logs", "--query", "x", "--follow"],
            ["logs", "bouncer", "--query", "x"], ["metrics", "Nonsense"],
            ["metrics", "--period", "5m"], ["metrics", "EmailsAccepted", "--period", "90s"],
            ["metrics", "EmailsAccepted", "--since", "100d", "--period", "1m"],
            ["alarms", "x", "--all"], ["doctor", "--yes"], ["doctor", "--fix", "nonsense"],
        ])
    func usage(arguments: [String]) throws {
        let server = try LoopbackServer(answers: [Answer(500)])
        defer { server.stop() }
        let run = try CommandRun(arguments, at: server.url)
        #expect(run.status == 64)
        #expect(run.output.isEmpty)
        #expect(!run.complaint.isEmpty)
        #expect(server.connectionCount == 0)
    }
}
