import Foundation
import TestSupport
import Testing

/// What `logs`, `metrics`, `alarms` and `doctor` say, and end with, when AWS does not do as it is
/// asked.
@Suite(.waiting)
struct WatchFailureTests {
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
                ? .caller("123", arn: "arn:aws:iam::123:user/me")
                : Answer(403, [], #"{"__type": "AccessDeniedException", "message": "may not"}"#)
        }
        defer { server.stop() }
        let run = try CommandRun(["doctor"], at: server.url)
        #expect(run.status == 3)
        #expect(run.complaint.isEmpty)
        #expect(run.output.contains("account 123, as arn:aws:iam::123:user/me\n"))
        // eu-west-1 and the caller are all that is in order.
        #expect(run.output.hasSuffix("31 checks: 2 ok, 0 notes, 0 warnings, 29 errors.\n"))
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
