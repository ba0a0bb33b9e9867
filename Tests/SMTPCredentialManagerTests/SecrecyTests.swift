import FunctionTestSupport
import HTTP
import JSON
import Logging
import TestSupport
import Testing
import Text

@testable import smtp_credential_manager

/// Nothing that is written holds a key's secret or a password, whatever fails.
struct SecrecyTests {
    /// Neither as they are, nor in base64, nor in a URL.
    private static let hidden = [
        ManagerWorld.secret, ManagerWorld.password, "AWS4\(ManagerWorld.secret)",
        PercentEncoding.encode(ManagerWorld.secret), PercentEncoding.encode(ManagerWorld.password),
        Base64.encode(Array(ManagerWorld.secret.utf8)),
        Base64.encode(Array(ManagerWorld.password.utf8)), "smtp_password",
        String(ManagerWorld.secret.prefix(12)), String(ManagerWorld.password.prefix(12)),
    ]

    /// An answer of that operation that is of no use, and may hold all.
    private static let answers: [(String, HTTPResponse?)] = [
        ("none", nil), ("throttled", HTTPResponse(400, json: #"{"__type":"ThrottlingException"}"#)),
        ("failed", HTTPResponse(status: 500, body: Array("<Error><Code>X</Code></Error>".utf8))),
        (
            "denied",
            HTTPResponse(
                400, json: #"{"__type":"AccessDeniedException","message":"not authorized"}"#)
        ),
        ("refused", HTTPResponse(409, json: #"{"__type":"LimitExceeded","message":"too many"}"#)),
        (
            "no JSON and no XML",
            HTTPResponse(
                status: 200,
                body: Array(
                    "<SecretAccessKey>\(ManagerWorld.secret)</SecretAccessKey>".utf8)
                    + Array(ManagerWorld.password.utf8))
        ),
        ("empty", HTTPResponse(status: 200)),
    ]

    private static let operations = [
        "GetItem", "UpdateItem", "Query", "Encrypt", "GetUser", "CreateUser", "PutUserPolicy",
        "GetUserPolicy", "ListUserPolicies", "ListAccessKeys", "CreateAccessKey",
        "DeleteAccessKey", "UpdateAccessKey", "TransactWriteItems", "DeleteUser",
    ]

    @Test(
        "Whatever call fails, in whatever way, no line tells a secret", arguments: operations,
        ["pending", "active", "disabled", "rotate", "gone"])
    func everyFailure(operation: String, status: String) throws {
        for (name, answer) in Self.answers {
            for isDone in [false, true] {
                let output = CapturedOutput()
                let world = ManagerWorld()
                if status != "pending" {
                    _ = try world.handler(output).failures(event, output, level: .trace)
                    world.row?["status"] = status
                    if status == "gone" { world.row = nil }
                    world.keys["AKIA9"] = false
                }
                world.failures[operation] = answer
                world.isDoneAllTheSame = isDone
                let handler = world.handler(output)
                let failed = try handler.failures(event, output, level: .trace)
                world.failures = [:]
                let again = try handler.failures(event, output, level: .trace)
                let text = output.lines.joined(separator: "\n")
                for secret in Self.hidden { #expect(!text.contains(secret), "\(name)") }
                // A record that fails says why.
                if !failed.isEmpty { #expect(output.values("reason").contains { !$0.isEmpty }) }
                #expect(again == [], "\(name), \(text)")
            }
        }
    }

    @Test("What is made is right, and its lines and counts are these")
    func made() throws {
        let output = CapturedOutput()
        let world = ManagerWorld()
        let event = SampleChange.event(SampleChange.record())
        #expect(try world.handler(output).failures(event, output) == [])
        #expect(world.row?["status"] == "active")
        #expect(world.row?["encrypted_password"] == "c2VhbGVk")
        #expect(world.keys == ["AKIA1": true])
        #expect(output.counts == ["SMTPCredentialCreations": 1])
        #expect(output.values("message") == ["the credential was made"])
        let put = try #require(world.operations.firstIndex(of: "PutUserPolicy"))
        let create = try #require(world.operations.firstIndex(of: "CreateAccessKey"))
        #expect(put < create)
    }

    @Test("What is encrypted is the key's id and its password, as documented")
    func encrypted() throws {
        let world = ManagerWorld()
        let output = CapturedOutput()
        _ = try world.handler(output).failures(event, output)
        #expect(
            world.encrypted
                == #"{"access_key_id":"AKIA1","smtp_password":"\#(ManagerWorld.password)"}"#)
    }

    private var event: [UInt8] { SampleChange.event(SampleChange.record()) }
}
