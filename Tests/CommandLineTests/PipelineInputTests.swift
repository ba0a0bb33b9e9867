import Foundation
import JSON
import TestSupport
import Testing

@testable import ses_mail

/// What `ses-mail pipeline` refuses, and what it says when AWS does not do as it is asked.
@Suite(.waiting)
struct PipelineInputTests {
    /// A decision as the router answers it.
    private static let decision: JSONValue = [
        "originalMessageId": "id", "eventSource": "aws:sqs", "body": #"{"mail": {}}"#,
        "actions": [
            "store": ["count": 1, "targets": [["target": "a@b.example", "reason": "spam"]]],
            "forward-to-gmail": ["count": 0, "targets": []],
            "bounce": ["count": 0, "targets": []],
        ],
    ]

    private static func text(_ value: JSONValue) -> String {
        String(decoding: value.bytes, as: UTF8.self)
    }

    /// The decision with some of its members replaced.
    private static func changed(_ members: [JSONValue.Member]) -> String {
        text(.object((decision.members ?? []) + members))
    }

    private func run(
        _ arguments: [String], at url: String = "http://127.0.0.1:1", input: String
    ) throws -> CommandRun {
        try CommandRun(["pipeline"] + arguments, at: url, input: input)
    }

    static let refused: [(String, String)] = [
        ("{", "it is not valid JSON"), ("[]", "it is a list of 0, and not of one"),
        ("{}", "actions has no store with a count and targets"),
        (
            changed([.init("actions", ["store": ["count": 0, "targets": []]])]),
            "actions has no forward-to-gmail with a count and targets"
        ),
        (
            changed([
                .init(
                    "actions",
                    [
                        "store": ["count": 2, "targets": [["target": "a@b.example"]]],
                        "forward-to-gmail": ["count": 0, "targets": []],
                        "bounce": ["count": 0, "targets": []],
                    ])
            ]), "store counts 2 and has 1 targets"
        ),
        (changed([.init("originalMessageId", "")]), "there is no originalMessageId"),
        (changed([.init("body", "no json")]), "its body is not a notification of SES"),
        (
            changed([.init("filler", .string(String(repeating: "x", count: 240_000)))]),
            "it has 240 KB or more"
        ),
        (
            text(["Source": "other", "DetailType": "Email Routing Decision", "Detail": decision]),
            "its source is not ses.email.router"
        ),
        (
            text(["source": "ses.email.router", "detail-type": "x", "detail": decision]),
            "its detail type is not \"Email Routing Decision\""
        ),
        (text(["Source": "ses.email.router", "Detail": "{"]), "its Detail is not valid JSON"),
    ]

    // By its number: a name of 240 KB is no name for a test.
    @Test("What is no routing decision is refused before AWS is asked", arguments: refused.indices)
    func wrong(index: Int) throws {
        let (input, reason) = Self.refused[index]
        let run = try run(["send", "-", "--yes"], input: input)
        #expect(run.status == 3)
        #expect(
            run.complaint.hasPrefix(
                "ses-mail: Standard input is not a routing decision: \(reason)"))
        #expect(run.complaint.hasSuffix(". Nothing was put on the bus.\n"))
    }

    @Test("In prod a function is not run before somebody has agreed")
    func invokeInProd() throws {
        let server = try LoopbackServer(answers: [Answer(200, [], "[]")])
        defer { server.stop() }
        let environment = ConventionTests.keys.merging(["AWS_ENDPOINT_URL": server.url]) { $1 }
        let arguments = ["pipeline", "invoke", "bouncer", "-", "--env"]
        let asked = try CommandRun(arguments + ["prod"], environment: environment, input: "{}")
        #expect(asked.status == 3)
        #expect(
            asked.complaint.hasPrefix("ses-mail: Run ses-mail-bouncer-prod in prod in eu-west-1"))
        #expect(server.connectionCount == 0)
        for more in [["prod", "--yes"], ["test"]] {
            let run = try CommandRun(arguments + more, environment: environment, input: "{}")
            #expect(run.status == 0)
        }
        #expect(server.requests.count == 2)
    }

    /// Answers as EventBridge, with this to `PutEvents`.
    private func events(_ answer: String) throws -> LoopbackServer {
        try LoopbackServer { request in
            request.header("X-Amz-Target") == "AWSEvents.PutEvents"
                ? Answer(200, [], answer)
                : Answer(200, [], #"{"EventBuses": [{"Name": "ses-email-routing-test"}]}"#)
        }
    }

    /// The decision with the line that the routing log gets of it.
    private static let logged = changed([.init("log", "store a%40b.example - - spam")])

    @Test("Each form of a decision becomes the same entry, with our source and detail type")
    func forms() throws {
        let server = try events(#"{"FailedEntryCount": 0, "Entries": [{"EventId": "e"}]}"#)
        defer { server.stop() }
        for input in [
            Self.text(Self.decision), Self.text([Self.decision]),
            Self.text(["Source": "ses.email.router", "Detail": .string(Self.text(Self.decision))]),
            Self.text(["detail": Self.decision, "detail-type": "Email Routing Decision"]),
            Self.logged,
        ] {
            let run = try run(["send", "-", "--yes", "--json"], at: server.url, input: input)
            #expect(run.status == 0)
            #expect(
                run.output == #"{"message_id":"id","bus":"ses-email-routing-test","event_id":"e"}"#
                    + "\n")
        }
        let puts = try server.requests.filter { $0.header("X-Amz-Target") == "AWSEvents.PutEvents" }
            .compactMap { try JSONValue(parsing: $0.body)["Entries"] }
        #expect(puts.count == 5)
        let entry: JSONValue = [
            [
                "Source": "ses.email.router", "DetailType": "Email Routing Decision",
                "Detail": .string(Self.logged),
                "EventBusName": "ses-email-routing-test",
            ]
        ]
        #expect(puts.allSatisfy { $0 == entry })
    }

    @Test("An event that EventBridge counts as failed was not put")
    func failedEntry() throws {
        let server = try events(
            #"{"FailedEntryCount": 1, "Entries": [{"ErrorCode": "InternalFailure", "#
                + #""ErrorMessage": "sorry"}]}"#)
        defer { server.stop() }
        let run = try run(["send", "-", "--yes"], at: server.url, input: Self.text(Self.decision))
        #expect(run.status == 1)
        #expect(run.output.isEmpty)
        #expect(
            run.complaint
                == "ses-mail: The bus ses-email-routing-test did not take the event "
                + "(InternalFailure: sorry). Try again.\n")
    }

    @Test("A bus or a function that is not there is not found")
    func missing() throws {
        let server = try LoopbackServer { request in
            request.target.hasPrefix("/2015-03-31/functions/ses-mail-bouncer-test/")
                ? Answer(
                    404, ["X-Amzn-ErrorType: ResourceNotFoundException"],
                    #"{"Message": "Function not found"}"#)
                : Answer(200, [], #"{"EventBuses": []}"#)
        }
        defer { server.stop() }
        let send = try run(["send", "-", "--yes"], at: server.url, input: Self.text(Self.decision))
        #expect(send.status == 4)
        #expect(send.complaint.hasPrefix("ses-mail: There is no bus ses-email-routing-test in "))
        let invoke = try run(["invoke", "bouncer", "-"], at: server.url, input: "{}")
        #expect(invoke.status == 4)
        #expect(
            invoke.complaint.hasPrefix("ses-mail: Lambda.Invoke did not find a function of this"))
    }

    @Test(
        "Wrong usage ends with 64",
        arguments: [
            ["send"], ["invoke", "bouncer"], ["invoke", "nonsense", "-"], ["show", "x"], ["stop"],
        ])
    func usage(arguments: [String]) throws {
        let run = try run(arguments, input: "{}")
        #expect(run.status == 64)
        #expect(run.output.isEmpty)
    }

    @Test("A file that is no JSON, or not there, runs nothing")
    func files() throws {
        let garbage = try run(["invoke", "bouncer", "-"], input: "no json")
        #expect(garbage.status == 1)
        #expect(garbage.complaint.hasSuffix(". Nothing was run.\n"))
        #expect(try run(["invoke", "bouncer", "/nonexistent"], input: "").status == 4)
        #expect(try run(["send", "/nonexistent"], input: "").status == 4)
    }

    @Test("Source, detail type, functions and their times are those of Terraform")
    func agreement() throws {
        let routing = try Repository.text("terraform/modules/ses-mail/routing.tf")
        #expect(routing.contains("event_source      = \"\(RoutingEvent.source)\""))
        #expect(routing.contains("event_detail_type = \"\(RoutingEvent.detailType)\""))
        let locals = try Repository.text("terraform/modules/ses-mail/locals.tf")
        for function in FunctionChoice.allCases {
            #expect(
                locals.contains(
                    "\(function.rawValue) = {\n      timeout_seconds = "
                        + "\(Int(function.timeoutSeconds))\n"))
        }
    }
}
