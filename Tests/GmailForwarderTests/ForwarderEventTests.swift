import FunctionTestSupport
import JSON
import Lambda
import TestSupport
import Testing

@testable import gmail_forwarder

/// The events that are understood, and what becomes of the others.
struct ForwarderEventTests {
    static let detail = SampleDecision.oneMailbox.detail

    @Test("The event with the detail inside and the bare detail are the same")
    func bareDetail() throws {
        let bench = ForwarderBench()
        #expect(try bench.deliver(SampleRecord.batch(SampleRecord.sqs(Self.detail.text))) == [])
        #expect(bench.mailboxes["me@gmail.com"]?.count == 1)
    }

    @Test("Of a batch only the records that failed are named, garbage among them")
    func batch() throws {
        let bench = ForwarderBench()
        for index in 2...4 { bench.objects["emails/mail-\(index)"] = ForwarderBench.mail }
        bench.objects["emails/mail-3"] = nil
        func record(_ index: Int) -> JSONValue {
            var decision = SampleDecision.oneMailbox
            decision.id = "mail-\(index)"
            decision.mail.id = decision.id
            return decision.record(messageID: "record-\(index)")
        }
        let event = SampleRecord.batch(
            record(1), SampleRecord.sqs("garbage", messageID: "record-g"), record(3), record(4),
            record(4))
        #expect(try bench.deliver(event) == ["record-g", "record-3"])
        #expect(bench.mailboxes["me@gmail.com"]?.count == 2)
        #expect(
            bench.output.counts == ["GmailForwardSuccess": 2, "GmailForwardFailure": 2])
    }

    @Test(
        "A record that is no decision, or has nothing to forward, fails and does nothing",
        arguments: [
            "", "garbage", "[]", "{}", "null", #"{"detail":{}}"#, #"{"detail":null}"#,
            #"{"originalEvent":{},"routingDecisions":[{"action":"forward-to-gmail"}]}"#,
            changed("originalMessageId", to: nil), changed("originalMessageId", to: ""),
            changed("body", to: nil), changed("body", to: 7), changed("actions", to: nil),
            changed("actions", to: [:]), changed("actions", to: []),
            changed("actions", to: forward(count: 0, [])),
            changed("actions", to: forward(count: 2, [target])),
            changed("actions", to: forward(count: 0, [target])),
            changed("actions", to: forward(count: "1", [target])),
            changed("actions", to: forward(count: true, [target])),
            changed("actions", to: forward(count: nil, [target])),
            changed("actions", to: forward(count: 1, nil)),
            changed("actions", to: forward(count: 1, [["destination": "me@gmail.com"]])),
            changed("actions", to: forward(count: 1, [["target": "a@b"]])),
            changed("actions", to: forward(count: 1, [["target": "a@b", "destination": ""]])),
            changed("actions", to: forward(count: 1, [7])),
            SampleDecision { $0.bounce = ["a@b"] }.detail.text,
            SampleDecision { $0.store = ["a@b"] }.detail.text,
        ])
    func notADecision(body: String) throws {
        let bench = ForwarderBench()
        #expect(try bench.deliver(SampleRecord.batch(SampleRecord.sqs(body))) == ["record-1"])
        #expect(bench.journal.takeSteps() == [])
        #expect(bench.objects["emails/mail-1"] != nil)
        #expect(bench.output.counts == ["GmailForwardFailure": 1])
    }

    @Test("A record without a body fails", arguments: [JSONValue.null, 7, ["a": 1]])
    func withoutBody(body: JSONValue) throws {
        let bench = ForwarderBench()
        let record: JSONValue = ["messageId": "record-1", "body": body]
        #expect(try bench.deliver(SampleRecord.batch(record)) == ["record-1"])
        #expect(try bench.deliver(SampleRecord.batch(["messageId": "record-2"])) == ["record-2"])
    }

    @Test(
        "An event that is no batch, or has a record that cannot be named, is an error",
        arguments: [
            "", "garbage", "null", "[]", "{}", #"{"Records":[]}"#, #"{"Records":{}}"#,
            #"{"Records":null}"#, #"{"Records":[{}]}"#, #"{"Records":[7]}"#,
            #"{"Records":[{"messageId":"","body":"x"}]}"#,
            #"{"Records":[{"messageId":null,"body":"x"}]}"#,
            #"{"Records":[{"messageId":"1","body":"x"},{"body":"x"}]}"#,
            #"[{"messageId":"1","body":"x"}]"#,
        ])
    func garbage(event: String) {
        let bench = ForwarderBench()
        #expect(throws: BadEvent.self) { try bench.deliver(Array(event.utf8)) }
        #expect(bench.journal.takeSteps() == [])
    }

    @Test("A surrogate without its partner makes no mail undeliverable", arguments: [1, 2, 4])
    func loneSurrogate(backslashes: Int) throws {
        // One: in the record. Two: in the event inside it. Four: in the notification inside that.
        let event = String(
            decoding: SampleRecord.batch(SampleDecision.oneMailbox.record()), as: UTF8.self
        )
        .replacing("Quarterly", with: String(repeating: "\\", count: backslashes) + "ud83d")
        let bench = ForwarderBench()
        #expect(try bench.deliver(Array(event.utf8)) == [])
        #expect(bench.mailboxes["me@gmail.com"] == [ForwarderBench.mail])
    }

    // MARK: details with one thing wrong

    static let target: JSONValue = ["target": "a@b", "destination": "me@gmail.com"]

    static func forward(count: JSONValue?, _ targets: JSONValue?) -> JSONValue {
        let members = [("count", count), ("targets", targets)].compactMap { name, value in
            value.map { JSONValue.Member(name, $0) }
        }
        return ["forward-to-gmail": .object(members)]
    }

    static func changed(_ name: String, to value: JSONValue?) -> String {
        let kept = (detail.members ?? []).filter { $0.name != name }
        return JSONValue.object(kept + (value.map { [.init(name, $0)] } ?? [])).text
    }
}
