import Foundation
import Synchronization
import TestSupport
import Testing

@testable import ses_mail

/// A deployment of the same name in another account is not taken for the one that is meant.
@Suite(.waiting)
struct AccountTests {
    /// AWS as an account `123456789012` has it, with the rule `*`, and what was asked of it.
    private static func server(_ operations: Operations) throws -> LoopbackServer {
        try LoopbackServer { request in
            let target = request.header("X-Amz-Target")?.split(separator: ".").last.map(String.init)
            operations.add(target ?? "GetCallerIdentity")
            switch target {
            case nil:
                return .caller("123456789012", arn: "arn:aws:iam::123456789012:user/me")
            case "GetItem"? where !request.bodyText.contains("ROUTE#*\""):
                return Answer(200, [], "{}")
            case "GetItem"?:
                return Answer(
                    200, [],
                    #"{"Item": {"PK": {"S": "ROUTE#*"}, "SK": {"S": "RULE#v1"}, "#
                        + #""action": {"S": "store"}, "enabled": {"BOOL": true}}}"#)
            case "Scan"?: return Answer(200, [], #"{"Items": []}"#)
            default: return Answer(200, [], "{}")
            }
        }
    }

    final class Operations: Sendable {
        private let names = Mutex<[String]>([])
        func add(_ name: String) { names.withLock { $0.append(name) } }
        var all: [String] { names.withLock { $0 } }
    }

    private func run(
        _ arguments: [String], _ more: [String: String] = [:]
    ) throws -> (run: CommandRun, operations: [String]) {
        let operations = Operations()
        let server = try Self.server(operations)
        defer { server.stop() }
        let environment = ConventionTests.keys.merging(["AWS_ENDPOINT_URL": server.url]) { $1 }
        let run = try CommandRun(arguments, environment: environment.merging(more) { $1 })
        return (run, operations.all)
    }

    @Test("The account that the variable names is asked for once, and is the only one")
    func check() throws {
        let right = try run(
            ["rules", "list", "--env", "prod"], ["SES_MAIL_ACCOUNT_PROD": "123456789012"])
        #expect(right.run.status == 0)
        #expect(right.operations == ["GetCallerIdentity", "Scan"])
        let wrong = try run(
            ["rules", "list", "--env", "prod"], ["SES_MAIL_ACCOUNT_PROD": "999999999999"])
        #expect(wrong.run.status == 3)
        #expect(wrong.operations == ["GetCallerIdentity"])
        #expect(
            wrong.run.sentence
                == "ses-mail: The credentials belong to account 123456789012 "
                + "(arn:aws:iam::123456789012:user/me), but SES_MAIL_ACCOUNT_PROD is 999999999999. "
                + "Nothing was done: check --profile.")
        let other = try run(
            ["rules", "list", "--env", "test"], ["SES_MAIL_ACCOUNT_PROD": "999999999999"])
        #expect(other.run.status == 0)
        #expect(other.operations == ["Scan"])
        for value in ["12345678901", "12345678901a", "１２３４５６７８９０１２"] {
            let bad = try run(["rules", "list", "--env", "prod"], ["SES_MAIL_ACCOUNT_PROD": value])
            #expect(bad.run.status == 64)
            #expect(bad.operations.isEmpty)
        }
    }

    static let wildcards = [
        ["rules", "set", "*", "bounce"], ["rules", "set", "*@b.example", "bounce"],
        ["rules", "disable", "*"],
    ]

    @Test("A wildcard is changed in prod only where somebody says yes", arguments: wildcards)
    func wildcard(arguments: [String]) throws {
        let refused = try run(arguments + ["--env", "prod"])
        #expect(refused.run.status == 3)
        #expect(!refused.operations.contains("UpdateItem"))
        #expect(refused.run.sentence.contains("Set the rule for *"))
        #expect(refused.run.sentence.hasSuffix("is not a terminal. Add --yes to proceed."))
        for options in [["--env", "prod", "--yes"], ["--env", "test"]] {
            let done = try run(arguments + options)
            #expect(done.run.status == 0, "\(done.run.complaint)")
            #expect(done.operations.contains("UpdateItem"))
        }
    }

    @Test("A single address, and a rule that stays as it is, are not asked about")
    func plain() throws {
        let single = try run(["rules", "set", "a@b.example", "bounce", "--env", "prod"])
        #expect(single.run.status == 0)
        let same = try run(["rules", "set", "*", "store", "--env", "prod"])
        #expect(same.run.status == 0)
        #expect(same.run.output == "*: unchanged (store)\n")
    }

    @Test(
        "A password is rotated in prod only where somebody says yes, with what stops",
        arguments: [
            (nil, "The password in use stops in 7 days. Rotate john in prod in eu-west-1?"),
            ("AKIA0", "The password of key AKIA0 would work until 2999-01-01T00:00:00Z, and stops"),
        ] as [(String?, String)])
    func rotation(previousKey: String?, words: String) throws {
        let previous =
            previousKey.map {
                #", "previous_access_key_id": {"S": "\#($0)"}, "#
                    + #""previous_key_valid_until": {"S": "2999-01-01T00:00:00Z"}"#
            } ?? ""
        let item =
            #"{"Item": {"PK": {"S": "SMTP_USER"}, "SK": {"S": "USER#john"}, "#
            + #""status": {"S": "active"}, "access_key_id": {"S": "AKIA1"}\#(previous)}}"#
        let server = try LoopbackServer { request in
            Answer(200, [], request.operation == "GetItem" ? item : "{}")
        }
        defer { server.stop() }
        func rotate(_ options: [String]) throws -> CommandRun {
            try CommandRun(
                ["smtp", "rotate", "john", "--env"] + options,
                environment: ConventionTests.keys.merging(["AWS_ENDPOINT_URL": server.url]) { $1 })
        }
        let refused = try rotate(["prod"])
        #expect(refused.status == 3)
        #expect(refused.sentence.hasPrefix("ses-mail: \(words)"))
        #expect(server.requests.allSatisfy { $0.isQuestion })
        for options in [["prod", "--yes"], ["test"]] {
            #expect(try rotate(options).status == 0)
        }
        #expect(server.requests.count { $0.operation == "UpdateItem" } == 2)
    }

    @Test(
        "The question in prod names the account, and any spelling of yes is one",
        arguments: [("YES", 0), ("Yes", 0), ("y", 0), ("no", 3), ("", 3), ("yess", 3)]
            as [(String, Int32)])
    func prompt(answer: String, status: Int32) throws {
        let operations = Operations()
        let server = try Self.server(operations)
        defer { server.stop() }
        let run = try TerminalRun(
            ["rules", "set", "*", "bounce", "--env", "prod"], answer: answer,
            environment: ConventionTests.keys.merging(["AWS_ENDPOINT_URL": server.url]) { $1 })
        #expect(run.status == status)
        #expect(
            run.screen.contains(
                "Account 123456789012. Set the rule for * in prod in eu-west-1 to bounce "
                    + "(now: store)? [y/N] "), "\(run.screen)")
        #expect(operations.all.contains("UpdateItem") == (status == 0))
    }
}

/// A command whose standard input and standard error are a terminal.
struct TerminalRun {
    let status: Int32
    /// What was written to the terminal, the answer's echo too.
    let screen: String

    init(_ arguments: [String], answer: String, environment: [String: String]) throws {
        var (ours, theirs): (Int32, Int32) = (-1, -1)
        guard openpty(&ours, &theirs, nil, nil, nil) == 0 else { throw POSIXError(.ENOTTY) }
        defer { close(ours) }
        let process = Process()
        process.executableURL = Repository.products.appending(path: "ses-mail")
        process.arguments = arguments
        process.environment = environment
        process.standardInput = FileHandle(fileDescriptor: theirs)
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle(fileDescriptor: theirs)
        try process.run()
        close(theirs)
        _ = Array("\(answer)\n".utf8).withUnsafeBytes { write(ours, $0.baseAddress, $0.count) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        // A terminal whose other side is closed ends with an error.
        while case let count = read(ours, &buffer, buffer.count), count > 0 {
            bytes += buffer[..<count]
        }
        process.waitUntilExit()
        status = process.terminationStatus
        screen = String(decoding: bytes, as: UTF8.self)
    }
}
