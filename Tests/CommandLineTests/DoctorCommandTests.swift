import AWS
import FunctionTestSupport
import HTTP
import JSON
import TestSupport
import Testing

@testable import ses_mail

/// Everything that is looked at, against a deployed world, whole and broken.
@Suite(.waiting)
struct DoctorCommandTests {
    private let world: World

    init() throws {
        world = try LocalCloud.shared.get().world()
        #expect(try world.run(["rules", "set", "*", "bounce"]).status == 0)
    }

    private func service(_ name: String, _ target: String, _ version: JSONProtocol.Version)
        -> JSONProtocol
    {
        JSONProtocol(
            client: world.session.client(signingName: name), endpoint: world.endpoint,
            service: name, targetPrefix: target, version: version)
    }

    private func breakParts() throws {
        let mappings = try LambdaService(world.session).mappings(of: "ses-mail-bouncer-local")
        let mapping = try #require(mappings.first)
        _ = try world.session.client(signingName: "lambda").send(
            HTTPRequest(
                .put, "\(world.endpoint)/2015-03-31/event-source-mappings/\(mapping.id)",
                headers: ["Content-Type": "application/json"],
                body: HTTPBody(#"{"Enabled": false}"#), name: CallName("Lambda", "Update")))
        _ = try service("ssm", "AmazonSSM", .v1_1).call(
            "DeleteParameter", ["Name": "/ses-mail/local/gmail-token"])
        let rule: JSONValue = [
            "Name": "log-routing-local", "EventBusName": "ses-email-routing-local",
        ]
        // It answers nothing, which is no JSON.
        _ = try? service("events", "AWSEvents", .v1_1).call("DisableRule", rule)
    }

    @Test(
        "A deployment as Terraform made it has no error, and a broken one is told part by part")
    func broken() throws {
        let whole = try world.transcript([["doctor"]])
        #expect(try whole == GoldenFile("doctor.txt").accepted(whole))
        try world.database.putItem(RandomRules.row("a@example.com", "forward-to-gmail"))
        let mail = Array("From: a@remote.example\r\nMessage-ID: <1>\r\n\r\nx\r\n".utf8)
        let id = try world.send(mail, to: ["a@example.com"])
        #expect(try world.outcomes(of: id) == ["a@example.com": "dead-letter"])
        try world.setAlarm("ses-email-input-dlq-messages-local", "ALARM", because: "one is there")
        try world.database.putItem([
            "PK": .string("SMTP_USER"), "SK": .string("USER#john"), "status": .string("error"),
            "error_message": .string("no such sender"),
        ])
        try breakParts()
        let broken = try world.transcript([["doctor"]])
            .replacing(/[0-9a-f]{8}-[0-9a-f-]{27}/, with: "MAPPING")
        #expect(try broken == GoldenFile("doctor-broken.txt").accepted(broken))
        let run = try world.run(["doctor", "--json"])
        #expect(run.status == 2)
        let findings = try JSONValue(parsing: run.output).array ?? []
        #expect(findings.count { $0["severity"] == "error" } == 6)
        for finding in findings {
            let isFine = ["ok", "note"].contains(finding["severity"])
            #expect((finding["cure"] == .null) == isFine)
        }
    }

    @Test("The settings that Terraform cannot make are made where somebody means it, and once")
    func fix() throws {
        let transcript = try world.transcript([
            ["doctor", "--fix", "transaction-search"],
            ["doctor", "--fix", "transaction-search", "--yes"],
            ["doctor", "--fix", "transaction-search", "--yes", "--json"],
            ["doctor", "--fix", "group-lifecycle-events", "--yes"],
        ])
        #expect(try transcript == GoldenFile("doctor-fix.txt").accepted(transcript))
        let found = try world.run(["doctor"]).output
        #expect(found.contains("note     transaction search                on: "))
        #expect(found.contains("ok       group lifecycle events            being turned on\n"))
    }

    @Test("What cannot be reached is told, and the others are looked at all the same")
    func unreachable() throws {
        let gone = try LoopbackServer.goneURL()
        let run = try CommandRun(
            ["doctor"],
            environment: world.environment([
                "AWS_ENDPOINT_URL_SQS": gone, "AWS_ENDPOINT_URL_XRAY": gone,
            ]))
        #expect(run.status == 2)
        let lines = run.output.split(separator: "\n")
        #expect(lines.filter { $0.contains("could not be checked") }.count == 5)
        #expect(run.output.contains("ok       pipe                              running\n"))
        #expect(try #require(lines.last).hasSuffix(", 5 errors."))
    }
}
