import AWS
import ArgumentParser
import FunctionTestSupport
import HTTP
import JSON
import TestSupport
import Testing

@testable import ses_mail

/// How patient a person's command is with AWS, and how soon it gives up.
@Suite(.waiting)
struct PatienceOfCallsTests {
    private func send(
        _ outcomes: [Result<HTTPResponse, HTTPError>]
    ) -> (attempts: Int, pauses: [Double], timeouts: [Double?]) {
        let time = FakeTime(secondsLeft: 180, policy: .forPeople)
        let client = FakeClient(outcomes)
        let session = AWSSession.fake(client, region: "eu-west-1", pacing: time.pacing)
        // What it comes to is another test's.
        _ = try? JSONProtocol(
            session, "Logs", host: "logs", variable: "CLOUDWATCH_LOGS",
            targetPrefix: "Logs_20140328",
            version: .v1_1
        ).call("FilterLogEvents", [:])
        return (client.requests.count, time.pauses, client.requests.map(\.timeoutSeconds))
    }

    @Test("A throttled call, and one that failed, is sent eight times with ever longer pauses")
    func busy() {
        for answer in [
            HTTPResponse(400, json: #"{"__type":"ThrottlingException"}"#),
            HTTPResponse(status: 429), HTTPResponse(status: 503),
        ] {
            let sent = send([.success(answer)])
            #expect(sent.attempts == 8)
            #expect(sent.pauses == [1, 2, 4, 8, 16, 20, 20])
        }
    }

    @Test("What cannot be reached is tried three times")
    func unreachable() {
        let name = CallName("Logs", "FilterLogEvents")
        let sent = send([.failure(.notSent(name, reason: "no route"))])
        #expect(sent.attempts == 3)
        #expect(sent.pauses == [1, 2])
    }

    @Test("A minute for each attempt, three for the whole")
    func minutes() throws {
        #expect(send([.success(HTTPResponse(200, json: "{}"))]).timeouts == [60])
        let deployment = try Deployment(CommonOptions.parse(["--env", "local"]))
        #expect((170...180).contains(deployment.session.pacing.secondsLeft()))
    }

    @Test("A command goes on where AWS throttled it for a while")
    func goesOn() throws {
        let busy = Answer(400, [], #"{"__type": "ThrottlingException", "message": "slow down"}"#)
        let server = try LoopbackServer(
            answers: [busy, busy, Answer(200, [], #"{"Items": []}"#)])
        defer { server.stop() }
        let run = try CommandRun(
            ["rules", "list", "--env", "test"],
            environment: ConventionTests.keys.merging(["AWS_ENDPOINT_URL": server.url]) { $1 })
        #expect(run.status == 0)
        #expect(run.complaint.isEmpty)
        #expect(server.requests.count == 3)
    }
}
