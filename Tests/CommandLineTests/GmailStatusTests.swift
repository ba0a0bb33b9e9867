import Foundation
import HTTP
import JSON
import TestSupport
import Testing

@testable import ses_mail

/// `gmail status` and `test`: what is wrong with a token, in Google's answers and in ours.
@Suite(.waiting)
struct GmailStatusTests {
    private let bench: GmailBench

    init() throws {
        bench = try GmailBench()
    }

    private func status(_ arguments: [String] = []) throws -> (Int32, JSONValue) {
        let run = try bench.run(["status", "--json"] + arguments)
        return (
            run.status, run.output.isEmpty ? .null : try JSONValue(parsing: Array(run.output.utf8))
        )
    }

    @Test("A token is asked for at Google, and is not written for it")
    func works() throws {
        defer { bench.server.stop() }
        bench.google.change { $0.token = GmailBench.grant("") }
        bench.google.put(GmailBench.shared, GmailBench.token(account: "me@gmail.com"))
        let run = try bench.run(["status"])
        #expect(run.status == 0)
        #expect(
            run.output == """
                MAILBOX   TOKEN  SCOPES        ACCOUNT       VERSION  WRITTEN
                (shared)  ok     gmail.insert  me@gmail.com  2        2025-01-18T10:00:00Z

                """)
        #expect(bench.google.version(GmailBench.shared) == 2)
        #expect(bench.google.forms.map { $0["grant_type"] } == ["refresh_token"])
    }

    @Test("A refresh token that Google rotated is written back, and nobody's newer one over")
    func rotated() throws {
        defer { bench.server.stop() }
        bench.google.put(GmailBench.shared, GmailBench.token())
        #expect(try status().0 == 0)
        let stored = try #require(bench.google.value(GmailBench.shared))
        #expect(stored["refresh_token"] == "SECRET-new")
        #expect(stored["kept"] == 1)
        #expect(bench.google.version(GmailBench.shared) == 3)
        bench.google.put(GmailBench.shared, GmailBench.token())
        bench.google.change {
            $0.duringRefresh = { $0.put(GmailBench.shared, GmailBench.token(refresh: "theirs")) }
        }
        #expect(try status().0 == 0)
        #expect(bench.google.value(GmailBench.shared)?["refresh_token"] == "theirs")
    }

    @Test("A rotated refresh token that cannot be written back is told, without it")
    func lost() throws {
        defer { bench.server.stop() }
        bench.google.put(GmailBench.shared, GmailBench.token())
        bench.google.change {
            $0.refusals["PutParameter"] = Answer(
                400, [], #"{"__type": "ValidationException", "message": "no: SECRET-new"}"#)
        }
        let run = try bench.run(["status"])
        #expect(run.status == 2)
        #expect(run.complaint.isEmpty)
        #expect(run.output.contains("another refresh token, which could not be written (SSM."))
        #expect(!(run.output + run.complaint).contains("SECRET"))
    }

    @Test("No token at all is status 4; the empty shared one beside another is none")
    func none() throws {
        defer { bench.server.stop() }
        let run = try bench.run(["status"])
        #expect(run.status == 4)
        #expect(
            run.complaint
                == "ses-mail: There is no token yet. Consent with: ses-mail gmail authorize\n")
        #expect(try bench.run(["status", "--mailbox", "me@gmail.com"]).status == 4)
        #expect(bench.google.forms.isEmpty)
        bench.google.put(GmailBench.own, GmailBench.token())
        let (status, document) = try status()
        #expect(status == 0)
        #expect(document["tokens"]?.array?.map { $0["severity"] } == ["note", "ok"])
        #expect(document["tokens"]?.array?.map { $0["mailbox"] } == [.null, "me@gmail.com"])
    }

    @Test("What is wrong with a token is told with its cure, and others are looked at all the same")
    func broken() throws {
        defer { bench.server.stop() }
        bench.google.put(GmailBench.shared, GmailBench.token())
        bench.google.put(GmailBench.own, #"{"client_id": "SECRET"}"#)
        for (answer, words) in [
            (GmailBench.refusal(400, "invalid_grant"), "Google rejected the refresh token: it was"),
            (GmailBench.refusal(401, "deleted_client"), "Google does not know the token's OAuth"),
            (GmailBench.grant("", scope: "openid"), "It does not allow importing mail, because it"),
        ] {
            bench.google.change { $0.token = answer }
            let (status, document) = try status()
            #expect(status == 2)
            let problems = document["tokens"]?.array?.compactMap { $0["detail"]?.string } ?? []
            #expect(problems.count == 2)
            #expect(problems.first?.hasPrefix(words) == true)
            #expect(problems.first?.contains("ses-mail gmail authorize") == true)
            #expect(
                problems.last
                    == "This is not a token file of google-auth: it has no client_secret. "
                    + "Consent again with: ses-mail gmail authorize --mailbox me@gmail.com")
        }
    }

    @Test("A rule's target that no token opens is told")
    func targets() throws {
        defer { bench.server.stop() }
        bench.google.put(GmailBench.own, GmailBench.token())
        bench.google.change {
            $0.token = GmailBench.grant("")
            $0.rules = [
                Self.rule("a", "Me@gmail.com", isEnabled: true),
                Self.rule("b", "her@gmail.com", isEnabled: true),
                Self.rule("c", "her@gmail.com", isEnabled: true),
                Self.rule("d", "off@gmail.com", isEnabled: false),
            ]
        }
        let cure = "Consent with: ses-mail gmail authorize --mailbox her@gmail.com"
        let lent = "has no token of its own; the shared token must be that account's"
        for (shared, status, note, words) in [
            (
                "{}", 2, "(shared): holds no token yet",
                "has no token, so its mail cannot be imported. \(cure)"
            ),
            (GmailBench.token(), 0, "", lent),
            (
                GmailBench.token(account: "you@gmail.com"), 2, "",
                "has no token of its own, and the shared one belongs to you@gmail.com. \(cure)"
            ),
        ] as [(String, Int32, String, String)] {
            bench.google.put(GmailBench.shared, shared)
            let run = try bench.run(["status"])
            #expect(run.status == status)
            #expect(run.output.hasSuffix("\(note)\nher@gmail.com: \(words)\n"))
            #expect(try self.status().1["targets_without_own_token"] == ["her@gmail.com"])
        }
        bench.google.put(GmailBench.shared, GmailBench.token(account: "Her@gmail.com"))
        let (status, document) = try status()
        #expect(status == 0)
        #expect(document["targets_without_own_token"] == .array([]))
    }

    private static func rule(_ name: String, _ target: String, isEnabled: Bool) -> JSONValue {
        [
            "PK": ["S": .string("ROUTE#\(name)@example.com")], "SK": ["S": "RULE#v1"],
            "action": ["S": "forward-to-gmail"], "target": ["S": .string(target)],
            "enabled": ["BOOL": .bool(isEnabled)],
        ]
    }

    @Test("Google out of reach, or busy, says nothing about a token: status 5")
    func unreachable() throws {
        defer { bench.server.stop() }
        bench.google.put(GmailBench.shared, GmailBench.token(account: "me@gmail.com"))
        for answer in [GmailBench.refusal(503, "backendError"), GmailBench.refusal(429, "slow")] {
            bench.google.change {
                $0.forms = []
                $0.token = answer
            }
            for command in ["status", "test"] {
                let run = try bench.run([command])
                #expect(run.status == 5)
                #expect(run.output.isEmpty)
                #expect(run.complaint.hasPrefix("ses-mail: Google.token was refused: "))
                #expect(run.complaint.hasSuffix(". Check the network, then try again.\n"))
            }
            #expect(bench.google.forms.count == 2 * CommandRun.attempts)
        }
    }

    @Test("Why Gmail does not take the mail is told with what mends it")
    func refusedMail() throws {
        defer { bench.server.stop() }
        bench.google.put(GmailBench.shared, GmailBench.token())
        for (status, reason, words) in [
            (403, "insufficientPermissions", "does not allow putting mail into me@gmail.com"),
            (403, "accessNotConfigured", "The Gmail API is not enabled in the OAuth client's"),
            (403, "forbidden", "The token must be that account's"),
            (400, "failedPrecondition", "Check that the address is the account's primary one"),
            (401, "authError", "Google rejected the access token. Consent again"),
        ] {
            bench.google.change {
                $0.gmail = Answer(
                    status, [], #"{"error": {"errors": [{"reason": "\#(reason)"}]}}"#)
            }
            let run = try bench.run(["test", "--mailbox", "me@gmail.com"])
            #expect(run.status == 1)
            #expect(run.output.isEmpty)
            #expect(run.complaint.contains(words), "\(run.complaint)")
        }
    }

    @Test(
        "Wrong usage is 64 before anybody is asked",
        arguments: [
            ["status", "--mailbox", "nobody"], ["test", "--mailbox", "a b@c"], ["put"],
            ["authorize", "--timeout", "0"], ["authorize", "--mailbox", "*"], ["nonsense"],
        ])
    func usage(arguments: [String]) throws {
        defer { bench.server.stop() }
        let run = try bench.run(arguments)
        #expect(run.status == 64)
        #expect(run.complaint.hasPrefix("Error: "))
        #expect(bench.server.connectionCount == 0)
    }

    @Test(
        "AWS that is busy, forbidden or gone is told as everywhere",
        arguments: [["status"], ["test"], ["put", "-", "--no-check"], ["authorize"]])
    func cloud(arguments: [String]) throws {
        for (code, status) in [("ThrottlingException", 5), ("AccessDeniedException", 3)] {
            bench.google.change {
                $0.refusals["GetParameter"] = Answer(400, [], #"{"__type": "\#(code)"}"#)
            }
            let run = try bench.run(arguments, input: GmailBench.token())
            #expect(run.status == Int32(status))
            #expect(run.output.isEmpty)
            #expect(run.complaint.split(separator: "\n").count == 1)
        }
        #expect(Set(bench.google.operations) == ["GetParameter"])
        bench.server.stop()
        let lost = try bench.run(arguments, input: GmailBench.token())
        #expect(lost.status == 5)
        #expect(lost.complaint.hasSuffix(". Check the network, then try again.\n"))
    }

    @Test("doctor reads the table once, for the rules and for their tokens")
    func once() throws {
        defer { bench.server.stop() }
        bench.google.put(GmailBench.shared, GmailBench.token())
        let identity = try LoopbackServer(answers: [.caller("123")])
        defer { identity.stop() }
        let more = ["AWS_ENDPOINT_URL_STS": identity.url, "AWS_MAX_ATTEMPTS": "1"]
        let run = try CommandRun(
            ["doctor"], environment: bench.environment.merging(more) { $1 })
        #expect(run.output.contains("ok       Gmail token "), "\(run.output)")
        #expect(bench.google.operations.count { $0 == "Scan" } == 1)
    }
}
