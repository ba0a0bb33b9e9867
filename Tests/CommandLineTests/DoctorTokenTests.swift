import AWS
import HTTP
import JSON
import TestSupport
import Testing

@testable import ses_mail

/// What `doctor` finds out about tokens and queues in a deployed world.
@Suite(.serialized)
struct DoctorTokenTests {
    private let world: World

    init() throws {
        world = try LocalCloud.shared.get().world()
    }

    @Test("A token that Google takes no more is bad, and so is a target without any")
    func revoked() throws {
        #expect(try world.run(["doctor"]).output.contains("  ok   Gmail token me@gmail.com  "))
        let target = ["rules", "set", "x@example.com", "forward", "stranger@gmail.com"]
        #expect(try world.run(target).status == 0)
        try world.post("mailbox/revoke", ["address": "me@gmail.com"])
        let run = try world.run(["doctor"])
        #expect(run.status == 1)
        let lines = run.output.split(separator: "\n").map(String.init)
        let index = try #require(lines.firstIndex { $0.hasPrefix("  bad  Gmail token me@g") })
        #expect(lines[index].hasSuffix("does not work"))
        #expect(lines[index + 1].hasPrefix("       → Google takes the refresh token no more ("))
        #expect(lines[index + 1].contains("consent anew with: ses-mail gmail authorize"))
        let lost = try #require(lines.firstIndex { $0.hasPrefix("  bad  Gmail token stranger") })
        #expect(lines[lost].hasSuffix("there is none that opens it: its mail cannot be imported"))
        #expect(
            lines[lost + 1]
                == "       → ses-mail gmail authorize --mailbox stranger@gmail.com")
    }

    @Test("A token that is missing is had by consent, not by a call to Parameter Store")
    func empty() throws {
        _ = try SSM(world.session).putParameter(
            name: "/ses-mail/local/gmail-token", value: Secret("{}"))
        let target = ["rules", "set", "x@example.com", "forward", "stranger@gmail.com"]
        #expect(try world.run(target).status == 0)
        let run = try world.run(["doctor"])
        #expect(run.status == 1)
        #expect(
            run.output.contains(
                "without a token\n       → ses-mail gmail authorize, or: ses-mail gmail put "))
        #expect(
            run.output.contains("  bad  Gmail token stranger@gmail.com    there is none that opens")
        )
        #expect(!run.output.contains("aws ssm"))
    }

    @Test("A dead-letter queue that is gone is cured by applying")
    func queue() throws {
        let queue = try world.sqs.queue("ses-bouncer-dlq-local")
        let json = JSONService(
            world.session, "SQS", host: "sqs", variable: "SQS", targetPrefix: "AmazonSQS",
            version: .v1_0)
        // It answers nothing, which is no JSON.
        _ = try? json.call("DeleteQueue", ["QueueUrl": .string(queue.url)])
        let run = try world.run(["doctor"])
        #expect(run.status == 1)
        let lines = run.output.split(separator: "\n").map(String.init)
        let index = try #require(lines.firstIndex { $0.contains("bad  queue bouncer") })
        #expect(lines[index].contains("is not there ("))
        #expect(lines[index + 1] == "       → make plan ENV=local && make apply ENV=local")
    }
}
