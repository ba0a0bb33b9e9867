import AWS
import FunctionTestSupport
import HTTP
import JSON
import TestSupport
import Testing

@testable import ses_mail

/// The calls of `logs`, `metrics`, `alarms` and `doctor`: lists are read to their end.
@Suite(.waiting)
struct WatchServiceTests {
    private func session(_ server: LoopbackServer) -> AWSSession {
        AWSSession.fake(
            CurlClient(), region: "eu-west-1", endpoint: server.url,
            pacing: Pacing(secondsLeft: { 30 }))
    }

    @Test("Alarms, composite ones too, page by page")
    func alarms() throws {
        let server = try LoopbackServer { request in
            request.bodyText.contains("NextToken")
                ? Answer(
                    200, [],
                    #"{"MetricAlarms": [], "CompositeAlarms": [{"AlarmName": "c"}]}"#
                )
                : Answer(
                    200, [],
                    #"{"MetricAlarms": [{"AlarmName": "a", "StateValue": "OK", "#
                        + #""StateUpdatedTimestamp": 7.5, "ActionsEnabled": false, "#
                        + #""AlarmActions": ["arn"]}], "CompositeAlarms": [], "NextToken": "t"}"#)
        }
        defer { server.stop() }
        let alarms = try CloudWatch(session(server)).alarms(prefix: "a")
        #expect(alarms.map(\.name) == ["a", "c"])
        #expect(alarms[0].since == 7)
        // Actions that are switched off tell nobody.
        #expect(alarms[0].actions.isEmpty)
        let bodies = try server.requests.map { try JSONValue(parsing: $0.body) }
        #expect(bodies.map { $0["AlarmNamePrefix"] } == ["a", "a"])
        #expect(
            server.requests[0].header("X-Amz-Target")
                == "GraniteServiceVersion20100801.DescribeAlarms")
    }

    @Test("The points of a metric that come on several pages are one list")
    func sums() throws {
        let server = try LoopbackServer { request in
            let result = { (time: Int, value: Int) in
                #""MetricDataResults": [{"Id": "m1", "Timestamps": [\#(time)], "#
                    + #""Values": [\#(value)]}]"#
            }
            return request.bodyText.contains("NextToken")
                ? Answer(200, [], "{\(result(600, 2))}")
                : Answer(200, [], #"{\#(result(300, 1)), "NextToken": "t"}"#)
        }
        defer { server.stop() }
        let sums = try CloudWatch(session(server)).sums(
            of: ["A", "B"], in: "N", from: 0, to: 900, periodSeconds: 300)
        #expect(sums == ["B": [.init(time: 300, sum: 1), .init(time: 600, sum: 2)]])
    }

    @Test("Saved queries, page by page")
    func savedQueries() throws {
        let server = try LoopbackServer { request in
            request.bodyText.contains("nextToken")
                ? Answer(200, [], #"{"queryDefinitions": [{"name": "b"}]}"#)
                : Answer(200, [], #"{"queryDefinitions": [{"name": "a"}], "nextToken": "t"}"#)
        }
        defer { server.stop() }
        let queries = try CloudWatchLogs(session(server)).queryDefinitions(prefix: "p")
        #expect(queries.map(\.name) == ["a", "b"])
    }

    @Test("A rule set's rules are read with the lists that they have in them, in any order")
    func ruleSet() throws {
        let answer = """
            <Metadata><Name>set</Name></Metadata><Rules>
            <member><Recipients><member>a.example</member><member>b.example</member></Recipients>
            <Actions><member><S3Action><BucketName>b</BucketName><TopicArn>t</TopicArn>
            </S3Action></member></Actions><Enabled>true</Enabled><Name>one</Name></member>
            <member><Name>two</Name><Enabled>false</Enabled><ScanEnabled>true</ScanEnabled></member>
            </Rules>
            """
        let server = try LoopbackServer(answers: [.ruleSet(answer), .ruleSet("")])
        defer { server.stop() }
        let mail = SES(session(server))
        let set = try #require(try mail.activeRuleSet())
        #expect(set.name == "set")
        #expect(
            set.rules == [
                .init(
                    name: "one", isEnabled: true, isScanning: false,
                    recipients: ["a.example", "b.example"], bucket: "b", prefix: "", topic: "t"),
                .init(name: "two", isEnabled: false, isScanning: true),
            ])
        #expect(try mail.activeRuleSet() == nil)
    }

    @Test(
        "A success that is not the service's is an error, never an empty list",
        arguments: ["", "<html>Welcome</html>", "<OtherResponse></OtherResponse>"])
    func garbage(body: String) throws {
        let server = try LoopbackServer { _ in Answer(200, [], body) }
        defer { server.stop() }
        #expect(throws: AWSError.self) { try SES(session(server)).activeRuleSet() }
        #expect(throws: AWSError.self) { try SNS(session(server)).subscriptions(of: "t") }
        #expect(throws: AWSError.self) { try STS(session(server)).caller() }
    }

    @Test("A query that does not end well is told, and so is one that lasts")
    func queries() throws {
        for (status, words) in [("Failed", "ended as Failed"), ("Timeout", "ended as Timeout")] {
            let server = try LoopbackServer { request in
                switch request.header("X-Amz-Target")?.split(separator: ".").last {
                case "DescribeQueryDefinitions"?:
                    Answer(
                        200, [],
                        #"{"queryDefinitions": [{"name": "ses-mail/local/q", "queryString": "f"}]}"#
                    )
                case "StartQuery"?: Answer(200, [], #"{"queryId": "1"}"#)
                default: Answer(200, [], #"{"status": "\#(status)", "results": []}"#)
                }
            }
            defer { server.stop() }
            let run = try CommandRun(
                ["logs", "--query", "q", "--env", "local"],
                environment: ["AWS_ENDPOINT_URL": server.url])
            #expect(run.status == 1)
            #expect(run.complaint.contains(words))
        }
    }
}
