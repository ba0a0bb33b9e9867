import FunctionTestSupport
import JSON
import TestSupport
import Testing

/// What the digest is configured with.
@Suite(.waiting)
struct DigestVariableTests {
    @Test(
        "A missing variable is named to Lambda before any other call, and the process fails",
        arguments: [
            "DIGEST_MAILBOX", "DYNAMODB_TABLE_NAME", "EMAIL_BUCKET", "ENVIRONMENT",
            "FORWARDER_LOG_GROUP", "GMAIL_TOKEN_PARAMETER", "ROUTING_LOG_GROUP",
        ])
    func missingVariable(name: String) throws {
        let cloud = try DigestWorld().cloud()
        let run = try DigestProcessTests.run(cloud, [name: nil])
        #expect(run.status > 0)
        #expect(cloud.now.calls == ["init/error"])
        #expect(cloud.now.replies.first?.body["errorMessage"]?.string?.contains(name) == true)
    }

    @Test(
        "A value that a variable cannot have is named to Lambda, with what it may be",
        arguments: [
            ("DIGEST_PERIOD", "hourly", "daily or weekly"), ("DIGEST_MAILBOX", "me", "an address"),
            ("CANARY_EXPECTED", "perhaps", "true, 1, false or 0"),
            ("LEDGER_DAYS", "0", "a whole number from 1 to 1000000"),
        ])
    func invalid(name: String, value: String, expected: String) throws {
        let cloud = try DigestWorld().cloud()
        _ = try DigestProcessTests.run(cloud, [name: value])
        #expect(cloud.now.calls == ["init/error"])
        #expect(
            cloud.now.replies.first?.body["errorMessage"]?.string
                == "the environment variable \(name) is \"\(value)\", not \(expected)")
    }
}
