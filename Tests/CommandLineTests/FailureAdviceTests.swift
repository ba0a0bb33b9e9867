import AWS
import ArgumentParser
import HTTP
import TestSupport
import Testing

@testable import ses_mail

/// Whatever AWS refuses, the sentence says what to do next.
@Suite(.waiting)
struct FailureAdviceTests {
    private func failure(_ service: String, _ code: String) throws -> Failure {
        let deployment = try Deployment(CommonOptions.parse(["--env", "local"]))
        return Failure(
            .refused(
                CallName(service, "Call"), AWSRefusal(code: code, message: "Not so.", status: 400)),
            in: deployment)
    }

    @Test("A part that is not there is named, with how it is made")
    func missing() throws {
        for (service, code, part) in [
            ("SQS", "QueueDoesNotExist", "a queue"), ("S3", "NoSuchBucket", "a bucket"),
            ("SQS", "AWS.SimpleQueueService.NonExistentQueue", "a queue"),
            ("Lambda", "ResourceNotFoundException", "a function"),
            ("CloudWatchLogs", "ResourceNotFoundException", "a log group"),
            ("KMS", "NotFoundException", "a key"), ("Pipes", "NotFoundException", "a pipe"),
            ("EventBridge", "ResourceNotFoundException", "a bus or a rule"),
            ("Other", "NotFoundException", "a part of the deployment"),
        ] {
            #expect(
                try failure(service, code)
                    == Failure(
                        .notFound,
                        "\(service).Call did not find \(part) of this deployment in "
                            + "ap-southeast-2 (\(code)). Check --env and --region, or deploy "
                            + "with: make apply ENV=local"))
        }
    }

    @Test("A mail that SES refuses, and whatever else is refused, has a next step")
    func refused() throws {
        #expect(
            try failure("SESv2", "MessageRejected")
                == Failure(
                    .failed,
                    "SES does not send the mail (MessageRejected (400): Not so). Verify the "
                        + "sender's domain with SES and, while the account is in the sandbox, the "
                        + "recipient. Check with: ses-mail doctor --env local"))
        #expect(
            try failure("SSM", "ValidationException").sentence
                == "SSM.Call was refused: ValidationException (400): Not so. Check the deployment "
                + "with: ses-mail doctor --env local")
    }

    @Test("A used-up quota is not a busy AWS: waiting does not help")
    func quota() throws {
        for (service, code) in [
            ("IAM", "LimitExceeded"), ("SSM", "ParameterLimitExceeded"),
            ("CloudWatchLogs", "LimitExceededException"),
        ] {
            let failure = try failure(service, code)
            #expect(failure.status == .failed)
            #expect(failure.sentence.hasPrefix("\(service).Call exceeds a quota of the account ("))
            #expect(failure.sentence.contains("Not so. Delete something that is no longer"))
        }
    }

    @Test("Where nothing is deployed the alarms are missing, and not at peace")
    func alarms() throws {
        let server = try LoopbackServer { request in
            request.isAboutSettings ? .noParameter : Answer(200, [], #"{"MetricAlarms": []}"#)
        }
        defer { server.stop() }
        for more in [[], ["--json"], ["ses-bouncer-dlq-messages"]] {
            let run = try CommandRun(["alarms"] + more, at: server.url)
            #expect(run.status == 4)
            #expect(run.output.isEmpty)
            #expect(
                run.sentence
                    == "ses-mail: There is no alarm of test in eu-west-1. Check --env and "
                    + "--region, or deploy with: make apply ENV=test")
        }
        let all = try CommandRun(["alarms", "--all"], at: server.url)
        #expect(all.status == 0)
        #expect(all.output == "There are no alarms in eu-west-1.\n")
    }

    @Test("Where nothing is deployed gmail status says how to deploy, and not how to consent")
    func token() throws {
        let bench = try GmailBench(shared: nil)
        defer { bench.server.stop() }
        for more in [[], ["--mailbox", "me@gmail.com"]] {
            let run = try bench.run(["status"] + more)
            #expect(run.status == 4)
            #expect(
                run.sentence
                    == "ses-mail: There is no parameter /ses-mail/test/gmail-token in eu-west-1. "
                    + "Check --env and --region, or deploy with: make apply ENV=test")
        }
    }

    @Test("An answer of a proxy's to a token is no verdict on the OAuth client")
    func proxy() throws {
        let bench = try GmailBench(shared: GmailBench.token(account: "me@gmail.com"))
        defer { bench.server.stop() }
        for status in [200, 403] {
            bench.google.change { $0.token = Answer(status, [], "<html>Welcome</html>") }
            for command in ["status", "test"] {
                let run = try bench.run([command])
                #expect(run.status == 5)
                #expect(
                    run.sentence
                        == "ses-mail: Google's answer was not understood (\(status)). Check "
                        + "whether a proxy or a network's sign-in page is in the way, then try "
                        + "again."
                )
            }
        }
        bench.google.change { $0.token = GmailBench.refusal(400, "invalid_request") }
        #expect(
            try bench.run(["test"]).sentence
                == "ses-mail: Google issues no access token for this refresh token "
                + "(invalid_request, 400). Consent again with: ses-mail gmail authorize")
    }
}
