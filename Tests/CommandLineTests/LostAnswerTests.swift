import AWS
import JSON
import Synchronization
import TestSupport
import Testing

/// A write that succeeded, but whose answer was lost: the repetition fails, because its condition
/// no longer holds after the write itself.
@Suite(.waiting)
struct LostAnswerTests {
    /// Shows these rows one after the other, and fails every condition.
    private func run(_ arguments: [String], rows: [String?]) throws -> CommandRun {
        let count = Mutex(0)
        let server = try LoopbackServer { request in
            if request.isAboutSettings { return .noParameter }
            guard request.header("X-Amz-Target")?.hasSuffix(".GetItem") == true else {
                return Answer(
                    400, [], #"{"__type": "x#ConditionalCheckFailedException", "message": "no"}"#)
            }
            let index = count.withLock { count in
                defer { count += 1 }
                return min(count, rows.count - 1)
            }
            return Answer(200, [], rows[index].map { #"{"Item": {\#($0)}}"# } ?? "{}")
        }
        defer { server.stop() }
        return try CommandRun(arguments, at: server.url)
    }

    private static let stored = #""PK": {"S": "ROUTE#*"}, "SK": {"S": "RULE#v1"}, "#
    private static let rule =
        stored + #""action": {"S": "store"}, "target": {"S": ""}, "enabled": {"BOOL": true}"#
    private static let otherRule =
        stored + #""action": {"S": "bounce"}, "target": {"S": ""}, "enabled": {"BOOL": true}"#

    @Test("A rule that is as it was wanted is set")
    func set() throws {
        let run = try run(["rules", "set", "*", "store"], rows: [nil, Self.rule])
        #expect(run.status == 0)
        #expect(run.output == "*: store\n")
        let changed = try self.run(["rules", "set", "*", "store"], rows: [nil, Self.otherRule])
        #expect(changed.status == 1)
        #expect(changed.sentence.contains("was changed by somebody else meanwhile"))
    }

    @Test("A rule that is gone is removed")
    func remove() throws {
        let run = try run(["rules", "remove", "*", "--yes"], rows: [Self.rule, nil])
        #expect(run.status == 0)
        #expect(run.output == "*: deleted (was: store)\n")
        let changed = try self.run(
            ["rules", "remove", "*", "--yes"], rows: [Self.rule, Self.otherRule])
        #expect(changed.status == 1)
    }

    private static func john(
        _ status: String, key: String = "AKIA1", from sender: String = "a@b.example"
    ) -> String {
        #""PK": {"S": "SMTP_USER"}, "SK": {"S": "USER#john"}, "status": {"S": "\#(status)"}, "#
            + #""allowed_from_addresses": {"L": [{"S": "\#(sender)"}]}, "#
            + #""description": {"S": ""}, "access_key_id": {"S": "\#(key)"}"#
    }

    @Test(
        "A credential that is as it was wanted is made, changed and stopped",
        arguments: [
            (["create", "john", "--from", "a@b.example"], nil, john("pending")),
            // The manager may have been quicker than we were.
            (["create", "john", "--from", "a@b.example"], nil, john("active")),
            (["disable", "john"], john("active"), john("disabled")),
            (["enable", "john"], john("disabled"), john("active")),
            (["rotate", "john"], john("active"), john("rotate")),
            (["rotate", "john"], john("active"), john("active", key: "AKIA2")),
            (
                ["allow", "john", "--from", "c@d.example"], john("active"),
                john("active", from: "c@d.example")
            ),
        ] as [([String], String?, String)])
    func credential(arguments: [String], before: String?, after: String) throws {
        // A rotation looks first which key there is.
        let looks = arguments[0] == "rotate" ? [before, before] : [before]
        let run = try run(["smtp"] + arguments, rows: looks + [after])
        #expect(run.status == 0, "\(run.complaint)")
        #expect(run.complaint.isEmpty)
    }

    @Test(
        "A credential that somebody else changed is told as that",
        arguments: [
            (
                ["create", "john", "--from", "a@b.example"], nil,
                john("pending", from: "x@y.example"), "There is already a credential john"
            ),
            (["disable", "john"], john("active"), john("rotate"), "was changed mean"),
            (["rotate", "john"], john("active"), john("active"), "was changed mean"),
            (
                ["allow", "john", "--from", "c@d.example"], john("active"),
                john("active", from: "x@y.example"), "was changed meanwhile"
            ),
        ] as [([String], String?, String, String)])
    func changed(arguments: [String], before: String?, after: String, words: String) throws {
        // A rotation looks first which key there is.
        let looks = arguments[0] == "rotate" ? [before, before] : [before]
        let run = try run(["smtp"] + arguments, rows: looks + [after])
        #expect(run.status == 1)
        #expect(run.sentence.contains(words))
    }

    @Test("A credential that is there is not made again")
    func existing() throws {
        let row = Self.john("active")
        let run = try run(["smtp", "create", "john", "--from", "a@b.example"], rows: [row])
        #expect(run.status == 1)
        #expect(run.sentence.contains("There is already a credential john"))
    }

    @Test("A rotation is not asked for twice, though the first one is through already")
    func rotation() throws {
        let server = try LoopbackServer { request in
            Answer(
                200, [],
                request.header("X-Amz-Target")?.hasSuffix(".GetItem") == true
                    ? #"{"Item": {\#(Self.john("active"))}}"# : "{}")
        }
        defer { server.stop() }
        #expect(try CommandRun(["smtp", "rotate", "john"], at: server.url).status == 0)
        let write = String(decoding: server.requests.last?.body ?? [], as: UTF8.self)
        #expect(write.contains(#""ConditionExpression":"#))
        #expect(write.contains("#status = :seen AND access_key_id = :key"))
    }

    @Test("A table that answers without its rows is not taken for an empty one")
    func noItems() throws {
        let server = try LoopbackServer(answers: [Answer(200, [], "{}")])
        defer { server.stop() }
        for command in ["export", "list", "lint"] {
            let run = try CommandRun(["rules", command], at: server.url)
            #expect(run.status == 1)
            #expect(run.output.isEmpty)
            #expect(run.sentence.contains("there is no Items"))
        }
    }
}
