import ArgumentParser
import Gmail
import HTTP
import JSON
import Synchronization
import TestSupport
import Testing

@testable import ses_mail

/// Labels by name, at a Gmail that compares names as Google does.
@Suite(.waiting)
struct LabelDirectoryTests {
    private let gmail = FakeLabels()
    private let server: LoopbackServer
    private let directory: LabelDirectory

    init() throws {
        server = try LoopbackServer { [gmail] request in gmail.answer(request) }
        let http = CurlClient()
        let token = GmailBench.token()
        let pacing = FakeTime().pacing
        let now = { 1_800_000_000 }
        let oauth = GoogleOAuth(
            http, endpoint: "\(server.url)/token", pacing: pacing, epochSeconds: now)
        let access = GoogleAccess(
            tokens: AccessTokens(
                read: { name in
                    name.hasSuffix("/me_40gmail.com")
                        ? .init(file: Secret(token), version: 1) : nil
                },
                write: { _, _ in 2 },
                refresh: { token, mailbox throws(GmailError) in
                    try oauth.refresh(token, mailbox: mailbox)
                },
                warn: { _ in }, epochSeconds: now),
            oauth: oauth, gmail: GmailAPI(http, endpoint: server.url, pacing: pacing))
        directory = LabelDirectory(
            try Deployment(CommonOptions.parse(["--env", "local"])), Once { access })
    }

    @Test("Ids pass as they are, and nobody is asked")
    func identifiers() throws {
        defer { server.stop() }
        let ids = ["Label_9", "IMPORTANT", "STARRED", "CATEGORY_UPDATES", "Label_aB-3"]
        #expect(try directory.identifiers(of: ids, in: "me@gmail.com") == ids)
        #expect(server.connectionCount == 0)
    }

    @Test(
        "A name is found as Gmail compares names, and its id is the answer",
        arguments: [
            (["Shops"], ["Label_1"]), (["shops"], ["Label_1"]), ([" Shops "], ["Label_1"]),
            (["shops/books"], ["Label_2"]), (["SHOPS/Äpfel"], ["Label_3"]),
            (["important"], ["IMPORTANT"]), (["Category_Updates"], ["CATEGORY_UPDATES"]),
            (["Shops", "Label_7", "SHOPS", "Label_1"], ["Label_1", "Label_7"]),
        ])
    func found(names: [String], ids: [String]) throws {
        defer { server.stop() }
        #expect(try directory.identifiers(of: names, in: "Me@gmail.com") == ids)
        #expect(gmail.made.isEmpty)
        let request = try #require(server.requests.last)
        #expect(request.target == "/gmail/v1/users/me%40gmail.com/labels")
        #expect(request.header("Authorization") == "Bearer SECRET-access")
    }

    @Test("A label that is missing is made, once, under the name that was given")
    func made() throws {
        defer { server.stop() }
        let ids = try directory.identifiers(
            of: ["Shops/Tools", "Shops", "shops/tools"], in: "me@gmail.com")
        #expect(ids == ["Label_4", "Label_1"])
        #expect(gmail.made == ["Shops/Tools"])
    }

    @Test("A label that somebody else makes meanwhile is found")
    func conflict() throws {
        defer { server.stop() }
        gmail.isRaced.store(true, ordering: .relaxed)
        #expect(try directory.identifiers(of: ["New"], in: "me@gmail.com") == ["Label_4"])
    }

    @Test(
        "What cannot be a label makes none, not even the others",
        arguments: ["Inbox", "SPAM", "Trash", "sent"])
    func places(name: String) throws {
        defer { server.stop() }
        let failure = #expect(throws: Failure.self) {
            try directory.identifiers(of: ["Other", name], in: "me@gmail.com")
        }
        #expect(failure?.status == .usage)
        #expect(failure?.sentence.hasPrefix("\(name) is one of Gmail's own places") == true)
        #expect(gmail.made.isEmpty)
    }

    @Test("A label without a name is refused before anybody is asked", arguments: ["", "  "])
    func nameless(name: String) {
        defer { server.stop() }
        let failure = #expect(throws: Failure.self) {
            try directory.identifiers(of: ["Label_1", name], in: "me@gmail.com")
        }
        #expect(failure?.status == .usage)
        #expect(server.connectionCount == 0)
    }

    static let refusals: [(Answer, Failure.Status, String)] = [
        (
            error(403, "insufficientPermissions"), .refused,
            "The token does not allow looking up labels in me@gmail.com, because it lacks "
                + "https://www.googleapis.com/auth/gmail.labels (insufficientPermissions). "
                + "Consent to that too with: ses-mail gmail authorize --mailbox me@gmail.com "
                + "--labels --env local"
        ),
        (error(403, "accessNotConfigured"), .failed, "The Gmail API is not enabled in the OAuth"),
        (
            error(400, "failedPrecondition"), .refused,
            "Gmail refuses to list the labels in me@gmail.com: words of Google's "
                + "(failedPrecondition, 400)."
        ),
        (Answer(200, [], "<html>Welcome</html>"), .unreachable, "Google's answer was not under"),
        (error(401, "authError"), .failed, "Google rejected the access token. Consent again"),
    ]

    private static func error(_ status: Int, _ reason: String) -> Answer {
        Answer(
            status, [],
            #"{"error": {"message": "words of Google's", "errors": [{"reason": "\#(reason)"}]}}"#)
    }

    @Test("A failed look-up of labels is told with its cure", arguments: refusals.indices)
    func refused(index: Int) {
        defer { server.stop() }
        let (answer, status, sentence) = Self.refusals[index]
        gmail.refusal.withLock { $0 = answer }
        let failure = #expect(throws: Failure.self) {
            try directory.identifiers(of: ["Shops"], in: "me@gmail.com")
        }
        #expect(failure?.status == status)
        #expect(failure?.sentence.hasPrefix(sentence) == true, "\(failure?.sentence ?? "")")
    }

    @Test("A mailbox without a token is told with the command that asks for labels too")
    func tokenless() {
        defer { server.stop() }
        let failure = #expect(throws: Failure.self) {
            try directory.identifiers(of: ["Shops"], in: "her@gmail.com")
        }
        #expect(failure?.status == .notFound)
        #expect(
            failure?.sentence.hasSuffix(
                "ses-mail gmail authorize --mailbox her@gmail.com --labels --env local") == true)
    }
}

/// The labels of one mailbox.
private final class FakeLabels: Sendable {
    private let labels = Mutex([
        ("INBOX", "INBOX"), ("SPAM", "SPAM"), ("TRASH", "TRASH"), ("SENT", "SENT"),
        ("IMPORTANT", "IMPORTANT"), ("CATEGORY_UPDATES", "CATEGORY_UPDATES"),
        ("Label_1", "Shops"), ("Label_2", "Shops/Books"), ("Label_3", "Shops/äpfel"),
    ])
    /// Whether somebody else makes each label just before.
    let isRaced = Atomic(false)
    let refusal = Mutex<Answer?>(nil)

    var made: [String] { labels.withLock { $0.dropFirst(9).map(\.1) } }

    func answer(_ request: ReceivedRequest) -> Answer {
        if request.target == "/token" { return GmailBench.granted }
        if let refusal = refusal.withLock({ $0 }) { return refusal }
        guard request.head.hasPrefix("POST ") else {
            let all = labels.withLock { $0 }
            let documents: [JSONValue] = all.map { id, name in
                [
                    "id": .string(id), "name": .string(name),
                    "type": id.hasPrefix("Label_") ? "user" : "system",
                ]
            }
            let document: JSONValue = ["labels": .array(documents)]
            return Answer(200, [], document.bytes)
        }
        let name = (try? JSONValue(parsing: request.body))?["name"]?.string ?? ""
        let (id, isTaken) = labels.withLock { labels in
            let isTaken = labels.contains { $0.1.lowercased() == name.lowercased() }
            let id = "Label_\(labels.count - 5)"
            if !isTaken { labels.append((id, name)) }
            return (id, isTaken)
        }
        guard !isTaken, !isRaced.load(ordering: .relaxed) else {
            return Answer(409, [], #"{"error": {"errors": [{"reason": "aborted"}]}}"#)
        }
        let document: JSONValue = ["id": .string(id), "name": .string(name), "type": "user"]
        return Answer(200, [], document.bytes)
    }
}
