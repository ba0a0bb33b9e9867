import FunctionTestSupport
import JSON
import Lambda
import TestSupport
import Testing

@testable import gmail_forwarder

/// What a rule says of a message's place in Gmail, and junk.
struct TargetTests {
    private static func decision(
        _ targets: [(String, JSONValue)], store: [String] = []
    ) -> SampleDecision {
        SampleDecision {
            $0.forward = targets.map { ($0.0, "me@gmail.com") }
            $0.members = Dictionary(uniqueKeysWithValues: targets)
            $0.store = store
        }
    }

    private static let junk: JSONValue = ["junk": true, "labelIds": ["SPAM", "UNREAD"]]

    @Test(
        "A message gets the labels and flags of its target",
        arguments: [
            ([:], ["INBOX", "UNREAD"], []), (["labelIds": ["UNREAD"]], ["UNREAD"], []),
            (["labelIds": []], [], []),
            (["labelIds": ["INBOX", "Label_7"]], ["INBOX", "Label_7"], []),
            (["neverMarkSpam": true], ["INBOX", "UNREAD"], ["neverMarkSpam"]),
            (["calendar": true], ["INBOX", "UNREAD"], ["processForCalendar"]),
            (["colour": "red"], ["INBOX", "UNREAD"], []),
        ] as [(JSONValue, [String], [String])])
    func placement(members: JSONValue, labels: [String], flags: [String]) throws {
        let bench = ForwarderBench()
        #expect(try bench.deliver(Self.decision([("a@example.com", members)])).0)
        #expect(bench.labels == ["me@gmail.com": [labels]])
        #expect(bench.flags == ["me@gmail.com": [flags]])
        #expect(bench.objects.isEmpty)
    }

    @Test("Several targets of one mailbox are one import with all their labels and flags")
    func merged() throws {
        let bench = ForwarderBench()
        let decision = Self.decision([
            ("a@example.com", ["labelIds": ["UNREAD", "Label_1"], "calendar": true]),
            ("b@example.com", ["labelIds": ["STARRED", "Label_2", "Label_1"]]),
            ("c@example.com", ["labelIds": ["INBOX"], "neverMarkSpam": true]),
        ])
        #expect(try bench.deliver(decision).0)
        #expect(
            bench.labels == [
                "me@gmail.com": [["INBOX", "UNREAD", "STARRED", "Label_1", "Label_2"]]
            ])
        #expect(bench.flags == ["me@gmail.com": [["neverMarkSpam", "processForCalendar"]]])
        #expect(bench.mailboxes["me@gmail.com"]?.count == 1)
    }

    @Test("More than twenty labels of one's own are cut")
    func manyLabels() throws {
        let bench = ForwarderBench()
        func labels(_ range: Range<Int>) -> JSONValue {
            ["labelIds": .array(range.map { .string("Label_\($0)") })]
        }
        let decision = Self.decision([
            ("a@example.com", labels(0..<15)), ("b@example.com", labels(10..<30)),
        ])
        #expect(try bench.deliver(decision).0)
        #expect(bench.labels["me@gmail.com"]?.first == (0..<20).map { "Label_\($0)" })
    }

    @Test("Junk goes into Spam alone, under a key and a Message-ID of its own, and stays stored")
    func junkImport() throws {
        let bench = ForwarderBench()
        bench.objects["emails/mail-1"] = Array(
            "Received: x\r\nmessage-id : <1@a>\r\n <2@b>\r\nX: y\r\nMESSAGE-ID:\r\n\r\nMessage-ID: "
                .utf8)
        let decision = Self.decision([("a@example.com", Self.junk)], store: ["a@example.com"])
        #expect(
            try bench.deliver(decision) == (
                true,
                [
                    "claim JUNK#me@gmail.com", "fetch emails/mail-1", "import me@gmail.com",
                    "complete JUNK#me@gmail.com",
                ]
            ))
        #expect(bench.labels == ["me@gmail.com": [["SPAM", "UNREAD"]]])
        #expect(
            bench.mailboxes["me@gmail.com"]?.map { String(decoding: $0, as: UTF8.self) } == [
                "Message-ID: <mail-1.junk@ses-mail.invalid>\r\nReceived: x\r\n"
                    + "X-Original-message-id : <1@a>\r\n <2@b>\r\nX: y\r\n"
                    + "X-Original-MESSAGE-ID:\r\n\r\nMessage-ID: "
            ])
        #expect(bench.objects.count == 1)
        #expect(bench.output.values("outcome") == ["junk-imported"])
        #expect(bench.output.counts == ["GmailForwardSuccess": 1])
    }

    @Test("Junk gets no other labels and no flags, whatever the event says")
    func junkFlags() throws {
        let bench = ForwarderBench()
        let target: JSONValue = [
            "junk": true, "labelIds": ["INBOX"], "neverMarkSpam": true, "calendar": true,
        ]
        #expect(
            try bench.deliver(
                Self.decision([("a@example.com", target)], store: ["a@example.com"])
            ).0)
        #expect(bench.labels == ["me@gmail.com": [["SPAM", "UNREAD"]]])
        #expect(bench.flags == ["me@gmail.com": [[]]])
    }

    @Test(
        "Where a mailbox gets a mail clean, it does not get it as junk", arguments: [true, false])
    func cleanBeatsJunk(isJunkFirst: Bool) throws {
        let bench = ForwarderBench()
        let targets = [("a@example.com", Self.junk), ("b@example.com", [:])]
        let decision = Self.decision(
            isJunkFirst ? targets : targets.reversed(), store: ["a@example.com"])
        #expect(try bench.deliver(decision).0)
        #expect(bench.labels == ["me@gmail.com": [["INBOX", "UNREAD"]]])
        #expect(bench.mailboxes["me@gmail.com"] == [ForwarderBench.mail])
        #expect(bench.table.states == ["GMAIL#me@gmail.com": "done"])
    }

    @Test("An import into Spam does not stand for a delivery")
    func junkThenClean() throws {
        let bench = ForwarderBench()
        let store = ["a@example.com"]
        #expect(try bench.deliver(Self.decision([("a@example.com", Self.junk)], store: store)).0)
        #expect(try bench.deliver(Self.decision([("a@example.com", [:])])).0)
        #expect(bench.labels == ["me@gmail.com": [["SPAM", "UNREAD"], ["INBOX", "UNREAD"]]])
        #expect(bench.objects.isEmpty)
    }
}
