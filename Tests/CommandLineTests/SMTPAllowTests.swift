import AWS
import HTTP
import SMTPCredentials
import TestSupport
import Testing

@testable import ses_mail

/// `ses-mail smtp allow`, with the real credential manager, and against answers of a test's own.
@Suite(.waiting)
struct SMTPAllowTests {
    private func allow(_ arguments: [String], at url: String) throws -> CommandRun {
        try CommandRun(
            ["smtp", "allow"] + arguments + ["--env", "test"],
            environment: ConventionTests.keys.merging(["AWS_ENDPOINT_URL": url]) { $1 })
    }

    @Test("A list is replaced, lengthened and shortened, and IAM has it when that is waited for")
    func life() throws {
        let world = try LocalCloud.shared.get().world()
        let make = ["smtp", "create", "john", "--from", "a@example.com", "--wait"]
        #expect(try world.run(make).status == 0)
        let changes = [
            ["--from", "b@example.com", "--from", "*@news.example.com", "--wait"],
            ["--from", "b@example.com", "--from", "*@news.example.com"],
            ["--add", "c@example.com", "--remove", "*@news.example.com", "--wait"],
            ["--remove", "gone@example.com"],
            ["--remove", "b@example.com", "--remove"]
                + ["c@example.com"], ["--add", "*", "--wait", "--json"],
        ]
        let transcript = try world.transcript(
            changes.map { ["smtp", "allow", "john"] + $0 } + [
                ["smtp", "allow", "nobody", "--from", "*"]
            ])
        #expect(try transcript == GoldenFile("smtp-allow.txt").accepted(transcript))
        let row = try #require(
            try world.database.getItem(
                key: ["PK": .string("SMTP_USER"), "SK": .string("USER#john")]))
        let list = ["b@example.com", "c@example.com", "*"].map { AttributeValue.string($0) }
        #expect(row["allowed_from_addresses"] == .list(list))
        #expect(row["status"] == .string("active"))
        let user = try #require(row["iam_user_name"]?.string)
        #expect(
            try world.iam.policy(named: CredentialPlan.policyName, of: user)
                == SenderList(.list(list)).policy)
    }

    @Test("A bad list is mended, and what is to be done next is told")
    func mended() throws {
        let world = try LocalCloud.shared.get().world()
        let key: Item = ["PK": .string("SMTP_USER"), "SK": .string("USER#b")]
        let row: Item = [
            "status": .string("error"), "allowed_from_addresses": .list([.string("a?b@c")]),
        ]
        try world.database.putItem(row.merging(key) { $1 })
        let kept = try world.run(["smtp", "allow", "b", "--add", "a@example.com"])
        #expect(kept.status == 1)
        #expect(kept.complaint.contains("holds a?b@c, which is not an address"))
        let mended = try world.run([
            "smtp", "allow", "b", "--add", "a@example.com", "--remove", "a?b@c",
        ])
        #expect(
            mended.output
                == "b: may send from a@example.com (was: a?b@c)\n"
                + "Its status is error. Let it send with: ses-mail smtp enable b\n")
        #expect(
            try world.database.getItem(key: key)?["allowed_from_addresses"]
                == .list([.string("a@example.com")]))
    }

    @Test("A row that somebody else changed meanwhile stays as it is")
    func meanwhile() throws {
        let server = try LoopbackServer { request in
            request.header("X-Amz-Target")?.hasSuffix(".GetItem") == true
                ? Answer(
                    200, [],
                    #"{"Item": {"status": {"S": "active"}, "#
                        + #""allowed_from_addresses": {"SS": ["a@b.example"]}}}"#)
                : Answer(
                    400, [], #"{"__type": "x#ConditionalCheckFailedException", "message": "no"}"#)
        }
        defer { server.stop() }
        let run = try allow(["john", "--from", "c@b.example"], at: server.url)
        #expect(run.status == 1)
        #expect(
            run.complaint
                == "ses-mail: The credential john was changed meanwhile, and stays as it is now. "
                + "Look at it again, and repeat the command.\n")
        // The row was read, written, and read again, to see whether the write took effect.
        #expect(server.requests.count == 3)
        let write = String(decoding: server.requests[1].body, as: UTF8.self)
        #expect(write.contains("attribute_exists(PK) AND #status = :status AND "))
        #expect(write.contains(#"":allowed_from_addresses":{"SS":["a@b.example"]}"#))
        #expect(write.contains(#"":new":{"L":[{"S":"c@b.example"}]}"#))
    }

    @Test(
        "Wrong usage ends with 64 before anything is asked of AWS",
        arguments: [
            ["john"], ["john", "--from", "nobody"], ["john", "--from", "a?@b.example"],
            ["john", "--add", "${x}@b.example"], ["john", "--from", "*", "--add", "a@b.example"],
            ["a b", "--from", "*"], ["--from", "*"],
        ])
    func usage(arguments: [String]) throws {
        let run = try allow(arguments, at: "http://127.0.0.1:1")
        #expect(run.status == 64)
        #expect(run.output.isEmpty)
    }

    @Test("Throttled, denied and lost calls change nothing")
    func failures() throws {
        for (code, status) in [
            ("ThrottlingException", 5), ("AccessDeniedException", 3),
            ("ResourceNotFoundException", 4),
        ] as [(String, Int32)] {
            let server = try LoopbackServer(answers: [
                Answer(400, [], #"{"__type": "x#\#(code)", "message": "no"}"#)
            ])
            defer { server.stop() }
            let run = try allow(["john", "--from", "*"], at: server.url)
            #expect(run.status == status)
            #expect(run.complaint.split(separator: "\n").count == 1)
            #expect(
                server.requests.allSatisfy {
                    $0.header("X-Amz-Target")?.hasSuffix(".GetItem") == true
                })
        }
        let run = try allow(["john", "--from", "*"], at: LoopbackServer.goneURL())
        #expect(run.status == 5)
    }
}
