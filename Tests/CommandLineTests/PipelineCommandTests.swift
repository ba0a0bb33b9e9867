import AWS
import Foundation
import HTTP
import JSON
import TestSupport
import Testing

@testable import ses_mail

/// The commands about the pipeline, against a deployed world with the real functions.
@Suite(.waiting)
struct PipelineCommandTests {
    private let world: World

    init() throws {
        world = try LocalCloud.shared.get().world()
    }

    private func put(_ service: String, _ path: String, _ body: JSONValue) throws {
        _ = try world.session.client(signingName: service).send(
            HTTPRequest(
                .put, "\(world.endpoint)\(path)", headers: ["Content-Type": "application/json"],
                body: HTTPBody(body.bytes), name: CallName(service, path)))
    }

    @Test("What runs is shown as it was accepted")
    func show() throws {
        let transcript = try world.transcript([
            ["pipeline", "show"], ["pipeline", "show", "--json"],
        ]).replacing(/stream\/\d[^"\n]+/, with: "stream/LABEL")
        #expect(try transcript == GoldenFile("pipeline.txt").accepted(transcript))
    }

    @Test("What is stopped, disabled or gone is told, and the status is 1")
    func stopped() throws {
        for (operation, input) in [
            ("DisableRule", ["Name": "route-to-gmail-local"]),
            ("RemoveTargets", ["Rule": "log-routing-local", "Ids": ["log"]]),
        ] as [(String, JSONValue)] {
            let bus = JSONValue.Member("EventBusName", "ses-email-routing-local")
            var request = HTTPRequest(
                .post, "\(world.endpoint)/",
                headers: ["Content-Type": "application/x-amz-json-1.1"],
                body: HTTPBody(JSONValue.object((input.members ?? []) + [bus]).bytes),
                name: CallName("EventBridge", operation))
            request.headers.add("X-Amz-Target", "AWSEvents.\(operation)")
            _ = try world.session.client(signingName: "events").send(request)
        }
        try put(
            "pipes", "/v1/pipes/ses-email-router-local",
            [
                "DesiredState": "STOPPED",
                "RoleArn": "arn:aws:iam::123456789012:role/ses-email-router-local",
            ])
        let listed = try world.session.client(signingName: "lambda").document(
            HTTPRequest(
                .get, "\(world.endpoint)/2015-03-31/event-source-mappings",
                name: CallName("Lambda", "ListEventSourceMappings")))
        let mapping = try #require(
            listed["EventSourceMappings"]?.array?.first {
                $0["EventSourceArn"]?.string?.hasSuffix(":ses-bouncer-local") == true
            }?["UUID"]?.string)
        try put(
            "lambda", "/2015-03-31/event-source-mappings/\(mapping)", ["Enabled": false])
        let run = try world.run(["pipeline", "show"])
        #expect(run.status == 2)
        #expect(
            run.output.hasSuffix(
                """
                error  The rule log-routing-local has no target.
                error  The rule route-to-gmail-local is DISABLED.
                error  The pipe ses-email-router-local is STOPPED.
                error  The event source of ses-mail-bouncer-local is Disabled.

                """))
        let json = try JSONValue(
            parsing: Array(try world.run(["pipeline", "show", "--json"]).output.utf8))
        #expect(json["findings"]?.array?.count == 4)
    }

    /// What the input queue would hold of a mail to `a@example.com`.
    private func record(_ id: String) -> String {
        let notification: JSONValue = [
            "notificationType": "Received",
            "mail": [
                "messageId": .string(id), "source": "anna@remote.example",
                "destination": ["a@example.com"], "headers": [], "commonHeaders": [:],
            ],
            "receipt": [
                "recipients": ["a@example.com"], "spamVerdict": ["status": "PASS"],
                "virusVerdict": ["status": "PASS"],
            ],
        ]
        let record: JSONValue = [
            [
                "messageId": "m",
                "body": .string(String(decoding: notification.bytes, as: UTF8.self)),
            ]
        ]
        return String(decoding: record.bytes, as: UTF8.self)
    }

    @Test("What the router answers, put on the bus, is done by the handlers")
    func send() throws {
        let mail = Array("From: a@remote.example\r\nMessage-ID: <1@r.example>\r\n\r\nx\r\n".utf8)
        #expect(try world.run(["rules", "set", "a@example.com", "store"]).status == 0)
        let id = try world.send(mail, to: ["a@example.com"])
        #expect(try world.outcomes(of: id) == ["a@example.com": "stored"])
        let change = ["rules", "set", "a@example.com", "forward", "me@gmail.com"]
        #expect(try world.run(change).status == 0)
        let routed = try world.run(
            ["pipeline", "invoke", "ses-mail-router-enrichment-local", "-"], input: record(id))
        #expect(routed.status == 0)
        let refused = try world.run(["pipeline", "send", "-"], input: routed.output)
        #expect(refused.status == 3)
        #expect(
            refused.complaint
                == "ses-mail: Put the decision about mail \(id) (1 forward-to-gmail) on "
                + "ses-email-routing-local? Not done: confirmation is needed, but this is not a "
                + "terminal. Add --yes to proceed.\n")
        let sent = try world.run(["pipeline", "send", "-", "--yes"], input: routed.output)
        #expect(sent.status == 0)
        #expect(
            sent.output
                == "\(id): put on ses-email-routing-local (1 forward-to-gmail). Follow it with: "
                + "ses-mail trace \(id)\n")
        // Nothing tells of a mail that did not come in; its arrival has to be looked for.
        let deadline = Date(timeIntervalSinceNow: 60)
        while try world.mailbox("me@gmail.com").isEmpty, Date() < deadline {
            Thread.sleep(forTimeInterval: 0.1)
        }
        #expect(try world.mailbox("me@gmail.com") == [mail])
    }

    @Test("A function's own error is a sentence, and its answer is printed as it is")
    func invoke() throws {
        let failed = try world.run(["pipeline", "invoke", "bouncer", "-"], input: "{}")
        #expect(failed.status == 1)
        #expect(failed.output.isEmpty)
        #expect(
            failed.complaint
                == "ses-mail: ses-mail-bouncer-local failed: Function.BadEvent: the event was not "
                + "understood: it is no JSON object with a list of Records\n")
        let handled = try world.run(
            ["pipeline", "invoke", "gmail-forwarder", "-"],
            input: #"{"Records": [{"messageId": "m", "body": "{}"}]}"#)
        #expect(handled.status == 0)
        #expect(handled.output == #"{"batchItemFailures":[{"itemIdentifier":"m"}]}"# + "\n")
    }
}
