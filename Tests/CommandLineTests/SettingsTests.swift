import AWS
import Foundation
import HTTP
import JSON
import TestSupport
import Testing

@testable import ses_mail

/// The parameter in which Terraform names what a deployment consists of.
struct SettingsTests {
    /// As Terraform writes it, with every part turned off.
    static let small = """
        {"alarms":"none","digest":"off","email_bucket":"ses-mail-storage-123456789012-local",\
        "enable_canary_alarm":false,"enable_dashboard":false,"enable_runbooks":false,\
        "enable_smtp":false,"enable_tracing":false,"junk_delivery":"store","publish_mx":false}
        """

    @Test("Terraform writes the settings that the command line reads, and no others")
    func agreement() throws {
        let storage = try Repository.text("terraform/modules/ses-mail/storage.tf")
        let block = try #require(
            storage.firstMatch(of: /insecure_value = jsonencode\(\{([^}]*)\}\)/)?.output.1)
        let written = Set(block.matches(of: /(?m)^ +(\w+) +=/).map { String($0.output.1) })
        #expect(
            written
                == Set(DeploymentPart.allCases.map(\.rawValue))
                .union(["email_bucket", "enable_canary_alarm", "junk_delivery"]))
        #expect(Set(try JSONValue(parsing: Self.small).members?.map(\.name) ?? []) == written)
    }

    @Test("Every part is there unless the settings turn it off")
    func parts() throws {
        let small = try DeploymentSettings(Secret(Self.small))
        #expect(small.turnedOff == Set(DeploymentPart.allCases))
        #expect(small.functions == [.router, .forwarder, .bouncer])
        #expect(small.queues == [.input, .forwarder, .bouncer])
        let whole = try DeploymentSettings(
            Secret(#"{"email_bucket": "b", "alarms": "essential", "enable_smtp": true}"#))
        #expect(whole.turnedOff == [.digest])
        #expect(whole.hasEssentialAlarmsOnly)
        #expect(DeploymentSettings.unwritten.turnedOff == [.digest])
        let digested = try DeploymentSettings(
            Secret(#"{"email_bucket": "b", "alarms": "all", "digest": "weekly"}"#))
        #expect(digested.turnedOff == [] && digested.functions == FunctionChoice.allCases)
        #expect(throws: AWSError.self) { try DeploymentSettings(Secret("{}")) }
        #expect(throws: AWSError.self) { try DeploymentSettings(Secret("x")) }
    }

    @Test("Mail is looked for in the bucket that the deployment names, whatever its suffix")
    func suffix() throws {
        let settings: JSONValue = ["email_bucket": "mail-of-eu", "alarms": "all"]
        let server = try LoopbackServer { request in
            guard request.isAboutSettings else {
                return Answer(404, [], "<Error><Code>NoSuchKey</Code></Error>")
            }
            let parameter: JSONValue = [
                "Name": "/ses-mail/test/deployment", "Value": .string(settings.text),
                "Version": 1, "LastModifiedDate": 0,
            ]
            return Answer(200, [], JSONValue.object([.init("Parameter", parameter)]).text)
        }
        defer { server.stop() }
        _ = try CommandRun(["trace", "0123456789"], at: server.url)
        let asked = server.requests.map(\.target)
        #expect(asked.contains { $0.hasPrefix("/mail-of-eu") })
        #expect(!asked.contains { $0.hasPrefix("/ses-mail-storage") })
    }
}

/// The commands, against a deployed world in which everything is turned off that can be.
@Suite(.serialized, .waiting)
struct SmallDeploymentTests {
    private let world: World

    init() throws {
        world = try LocalCloud.shared.get().world()
        #expect(try world.run(["rules", "set", "*", "bounce"]).status == 0)
    }

    private func call(_ host: String, _ prefix: String, _ operation: String, _ input: JSONValue)
        throws
    {
        let version: JSONProtocol.Version = host == "sqs" ? .v1_0 : .v1_1
        // `try?`: most of these answer nothing, which is no JSON; what was not done, the commands
        // under test find.
        _ = try? JSONProtocol(
            client: world.session.client(signingName: host), endpoint: world.endpoint,
            service: host,
            targetPrefix: prefix, version: version
        ).call(operation, input)
    }

    private func delete(_ path: String) throws {
        _ = try world.session.client(signingName: "lambda").send(
            HTTPRequest(
                .delete, "\(world.endpoint)/2015-03-31/\(path)", name: CallName("Lambda", path)))
    }

    /// Leaves what Terraform makes with every part turned off.
    private func turnAllOff() throws {
        try call(
            "ssm", "AmazonSSM", "PutParameter",
            [
                "Name": "/ses-mail/local/deployment", "Value": .string(SettingsTests.small),
                "Type": "String", "Overwrite": true,
            ])
        let manager = "ses-mail-smtp-credential-manager-local"
        for mapping in try LambdaService(world.session).mappings(of: manager) {
            try delete("event-source-mappings/\(mapping.id)")
        }
        try delete("functions/\(manager)")
        try call(
            "kms", "TrentService", "DeleteAlias",
            ["AliasName": "alias/ses-mail-smtp-credentials-local"])
        try call(
            "logs", "Logs_20140328", "DeleteLogGroup",
            ["logGroupName": .string("/aws/lambda/\(manager)")])
        let queue = try world.sqs.queue("ses-mail-smtp-credential-manager-dlq-local")
        try call("sqs", "AmazonSQS", "DeleteQueue", ["QueueUrl": .string(queue.url)])
        let alarms = try CloudWatch(world.session).alarms(prefix: nil).map { $0.name }
        _ = try? world.cloudWatch.call(
            "DeleteAlarms", ["AlarmNames": .array(alarms.map { .string($0) })])
    }

    @Test("A deployment without its optional parts has no error, and each command says what is off")
    func small() throws {
        try turnAllOff()
        let mail = Array("From: a@remote.example\r\nMessage-ID: <1>\r\n\r\nx\r\n".utf8)
        let id = try world.send(mail, to: ["nobody@example.com"])
        _ = try world.outcomes(of: id)
        let transcript = try world.transcript([
            ["doctor"], ["smtp", "list"], ["smtp", "create", "john", "--from", "*"],
            ["smtp", "show", "john", "--reveal"], ["smtp", "reconcile"], ["queues", "status"],
            ["queues", "peek", "smtp-credential-manager"], ["alarms"],
            ["logs", "smtp-credential-manager"], ["logs", "--errors"],
        ])
        #expect(try transcript == GoldenFile("small.txt").accepted(transcript))
        #expect(try world.run(["pipeline", "show"]).status == 0)
        let trace = try world.run(["trace", id])
        #expect(trace.status == 0)
        #expect(trace.output.hasSuffix("X-RAY\n   turned off: enable_tracing = false\n"))
        #expect(try world.run(["cost", "--mails", "1000"]).status == 0)
    }
}
