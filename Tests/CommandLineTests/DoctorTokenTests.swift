import AWS
import HTTP
import JSON
import TestSupport
import Testing

@testable import ses_mail

/// What `doctor` finds out about tokens and queues in a deployed world.
@Suite(.waiting)
struct DoctorTokenTests {
    private let world: World

    init() throws {
        world = try LocalCloud.shared.get().world()
    }

    @Test("A token that Google rejects is an error, and so is a target without any")
    func revoked() throws {
        #expect(try world.run(["doctor"]).output.contains("  ok       Gmail token me@gmail.com  "))
        let target = ["rules", "set", "x@example.com", "forward", "stranger@gmail.com"]
        #expect(try world.run(target).status == 0)
        try world.post("mailbox/revoke", ["address": "me@gmail.com"])
        let run = try world.run(["doctor"])
        #expect(run.status == 2)
        let lines = run.output.split(separator: "\n").map(String.init)
        let index = try #require(lines.firstIndex { $0.hasPrefix("  error    Gmail token me@g") })
        #expect(lines[index].hasSuffix("does not work"))
        #expect(lines[index + 1].hasPrefix("           → Google rejected the refresh token: "))
        #expect(lines[index + 1].contains("Consent again with: ses-mail gmail authorize"))
        let lost = try #require(
            lines.firstIndex { $0.hasPrefix("  error    Gmail token stranger") })
        #expect(lines[lost].hasSuffix("there is none that opens it: its mail cannot be imported"))
        #expect(
            lines[lost + 1]
                == "           → ses-mail gmail authorize --mailbox stranger@gmail.com")
    }

    @Test("A token that is missing is fixed by consent, not by a call to Parameter Store")
    func empty() throws {
        _ = try SSM(world.session).putParameter(
            name: "/ses-mail/local/gmail-token", value: Secret("{}"))
        let target = ["rules", "set", "x@example.com", "forward", "stranger@gmail.com"]
        #expect(try world.run(target).status == 0)
        let run = try world.run(["doctor"])
        #expect(run.status == 2)
        #expect(
            run.output.contains(
                "without a token: it serves no mailbox that lacks its own\n"))
        #expect(
            run.output.contains("  error    Gmail token stranger@gmail.com    there is none that"))
        #expect(
            run.output.contains(
                "           → ses-mail gmail authorize --mailbox stranger@gmail.com\n"))
        #expect(!run.output.contains("aws ssm"))
    }

    @Test("A dead-letter queue that is gone is cured by applying")
    func queue() throws {
        let queue = try world.sqs.queue("ses-bouncer-dlq-local")
        let json = JSONProtocol(
            world.session, "SQS", host: "sqs", variable: "SQS", targetPrefix: "AmazonSQS",
            version: .v1_0)
        // It answers nothing, which is no JSON.
        _ = try? json.call("DeleteQueue", ["QueueUrl": .string(queue.url)])
        let run = try world.run(["doctor"])
        #expect(run.status == 2)
        let lines = run.output.split(separator: "\n").map(String.init)
        let index = try #require(lines.firstIndex { $0.contains("error    queue bouncer") })
        #expect(lines[index].contains("is not there ("))
        #expect(lines[index + 1] == "           → make apply ENV=local")
    }
}
