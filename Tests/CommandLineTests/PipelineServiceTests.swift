import AWS
import FunctionTestSupport
import HTTP
import JSON
import TestSupport
import Testing

@testable import ses_mail

/// The calls that `ses-mail pipeline` and `ses-mail dns check` make: what is sent, and what is
/// understood.
@Suite(.waiting)
struct PipelineServiceTests {
    private func session(_ server: LoopbackServer) -> AWSSession {
        AWSSession.fake(
            CurlClient(), region: "eu-west-1", endpoint: server.url,
            pacing: Pacing(secondsLeft: { 30 }))
    }

    private func body(_ request: ReceivedRequest) -> String {
        String(decoding: request.body, as: UTF8.self)
    }

    @Test("Rules, targets and certificates are read page by page to their end")
    func pages() throws {
        let server = try LoopbackServer(answers: [
            Answer(200, [], #"{"Rules": [{"Name": "a", "State": "ENABLED"}], "NextToken": "t"}"#),
            Answer(200, [], #"{"Rules": [{"Name": "b", "State": "DISABLED"}]}"#),
            Answer(200, [], #"{"Targets": [{"Arn": "x"}], "NextToken": "u"}"#),
            Answer(200, [], #"{"Targets": [{"Arn": "y", "DeadLetterConfig": {"Arn": "z"}}]}"#),
            Answer(200, [], #"{"CertificateSummaryList": [], "NextToken": "v"}"#),
            Answer(200, [], #"{"CertificateSummaryList": [{"DomainName": "d", "Status": "S"}]}"#),
        ])
        defer { server.stop() }
        let events = EventBridge(session(server))
        #expect(try events.rules(on: "bus").map(\.name) == ["a", "b"])
        #expect(try events.targets(of: "a", on: "bus").map(\.deadLetterArn) == [nil, "z"])
        #expect(
            try CertificateList(session(server)).all()
                == [CertificateList.Certificate(domain: "d", status: "S")])
        #expect(
            server.requests.map(body) == [
                #"{"EventBusName":"bus"}"#, #"{"EventBusName":"bus","NextToken":"t"}"#,
                #"{"Rule":"a","EventBusName":"bus"}"#,
                #"{"Rule":"a","EventBusName":"bus","NextToken":"u"}"#, "{}",
                #"{"NextToken":"v"}"#,
            ])
        // Certificates for CloudFront are those of one region.
        #expect(server.requests[4].header("Authorization")?.contains("/us-east-1/acm/") == true)
        #expect(
            server.requests[0].header("Authorization")?.contains("/eu-west-1/events/") == true)
    }

    @Test("Mappings are read to their end, and a function that is not there has none")
    func mappings() throws {
        let server = try LoopbackServer(answers: [
            Answer(
                200, [],
                #"{"EventSourceMappings": [{"UUID": "1", "EventSourceArn": "s", "#
                    + #""State": "Enabled", "LastProcessingResult": "OK", "#
                    + #""BatchSize": 1, "ScalingConfig": {"MaximumConcurrency": 5}}], "#
                    + #""NextMarker": "m/1"}"#),
            Answer(
                200, [],
                #"{"EventSourceMappings": [{"EventSourceArn": "t", "State": "Disabled", "#
                    + #""DestinationConfig": {"OnFailure": {"Destination": "q"}}}]}"#),
            Answer(404, ["X-Amzn-ErrorType: ResourceNotFoundException"], "{}"),
        ])
        defer { server.stop() }
        let service = LambdaService(session(server))
        let found = try service.mappings(of: "f")
        #expect(found.map(\.state) == ["Enabled", "Disabled"])
        #expect(found.map(\.id) == ["1", ""])
        #expect(found.map(\.lastResult) == ["OK", ""])
        #expect(found.map(\.maximumConcurrency) == [5, nil])
        #expect(found.map(\.failureDestination) == [nil, "q"])
        #expect(try service.mappings(of: "g").isEmpty)
        #expect(
            server.requests.map(\.target) == [
                "/2015-03-31/event-source-mappings?FunctionName=f",
                "/2015-03-31/event-source-mappings?FunctionName=f&Marker=m%2F1",
                "/2015-03-31/event-source-mappings?FunctionName=g",
            ])
    }

    @Test("A call of a function is made once, though it fails as if it could be repeated")
    func invoke() throws {
        let server = try LoopbackServer(answers: [Answer(500, [], "{}")])
        defer { server.stop() }
        #expect(throws: AWSError.self) {
            try LambdaService(session(server)).invoke("f", Array("[1]".utf8), timeoutSeconds: 5)
        }
        #expect(server.requests.map(\.target) == ["/2015-03-31/functions/f/invocations"])
        #expect(server.requests.map(body) == ["[1]"])
    }

    @Test("An identity, a pipe and a table, and those that are not there")
    func states() throws {
        let server = try LoopbackServer(answers: [
            Answer(200, [], #"{"VerifiedForSendingStatus": false}"#),
            Answer(404, ["X-Amzn-ErrorType: NotFoundException"], "{}"),
            Answer(200, [], #"{"CurrentState": "STOPPED", "StateReason": "why", "Source": "s"}"#),
            Answer(404, ["X-Amzn-ErrorType: NotFoundException:http://x"], "{}"),
            Answer(200, [], #"{"Table": {"TableStatus": "ACTIVE"}}"#),
        ])
        defer { server.stop() }
        let session = session(server)
        let identity = try #require(try SESv2(session).identity("a.example"))
        #expect(!identity.isVerified && !identity.isSigning)
        #expect(identity.mailFromStatus == "NOT_STARTED")
        #expect(try SESv2(session).identity("b.example") == nil)
        let pipe = try #require(try Pipes(session).pipe("p"))
        #expect([pipe.state, pipe.reason, pipe.source] == ["STOPPED", "why", "s"])
        #expect(try Pipes(session).pipe("q") == nil)
        #expect(try !DynamoDB(session, table: "t").description().hasStream)
        #expect(
            server.requests.map(\.target) == [
                "/v2/email/identities/a.example", "/v2/email/identities/b.example",
                "/v1/pipes/p", "/v1/pipes/q", "/",
            ])
    }
}
