import FunctionTestSupport
import JSON
import Lambda
import TestSupport
import Testing

@testable import bouncer

/// The events that are understood, and what becomes of the others.
struct BouncerEventTests {
    static let detail = SampleDecision.oneRecipient.detail

    @Test("The event with the detail inside and the bare detail are the same")
    func bareDetail() throws {
        let bench = BouncerBench()
        #expect(try bench.deliver(SampleRecord.batch(SampleRecord.sqs(Self.detail.text))) == [])
        #expect(bench.outbox.count == 1)
    }

    @Test(
        "A record that is no decision, or has nothing to bounce, fails and does nothing",
        arguments: [
            "", "garbage", "[]", "{}", "null", #"{"detail":{}}"#,
            #"{"originalEvent":{},"routingDecisions":[{"action":"bounce"}]}"#,
            changed("originalMessageId", to: nil), changed("originalMessageId", to: ""),
            changed("body", to: nil), changed("body", to: ""), changed("body", to: "no JSON"),
            changed("body", to: "{}"), changed("body", to: #"{"mail":{}}"#),
            changed("actions", to: nil), changed("actions", to: [:]),
            changed("actions", to: ["bounce": ["count": 0, "targets": []]]),
            changed("actions", to: ["bounce": ["count": 2, "targets": [["target": "a@b"]]]]),
            changed("actions", to: ["bounce": ["count": "1", "targets": [["target": "a@b"]]]]),
            changed("actions", to: ["bounce": ["count": 1, "targets": [["rule": "ROUTE#*"]]]]),
            changed("actions", to: ["bounce": ["count": 1]]),
            SampleDecision { $0.forward = [("a@b", "me@gmail.com")] }.detail.text,
            SampleDecision { $0.store = ["a@b"] }.detail.text,
        ])
    func notADecision(body: String) throws {
        let bench = BouncerBench()
        #expect(try bench.deliver(SampleRecord.batch(SampleRecord.sqs(body))) == ["record-1"])
        #expect(bench.journal.takeSteps() == [])
        #expect(bench.output.counts == ["BounceSendFailure": 1])
    }

    @Test(
        "An event that is no batch, or has a record that cannot be named, is an error",
        arguments: [
            "", "garbage", "null", "[]", "{}", #"{"Records":[]}"#, #"{"Records":{}}"#,
            #"{"Records":[{}]}"#, #"{"Records":[{"messageId":"","body":"x"}]}"#,
            #"{"Records":[{"messageId":"1","body":"x"},{"messageId":null}]}"#,
        ])
    func garbage(event: String) {
        let bench = BouncerBench()
        #expect(throws: BadEvent.self) { try bench.deliver(Array(event.utf8)) }
        #expect(bench.journal.takeSteps() == [])
    }

    @Test("A surrogate without its partner keeps nobody from being told", arguments: [1, 2, 4])
    func loneSurrogate(backslashes: Int) throws {
        // One: in the record. Two: in the event inside it. Four: in the notification inside that.
        let escape = String(repeating: "\\", count: backslashes) + "ud83d"
        let record = SampleDecision.oneRecipient.record()
        let event = String(decoding: SampleRecord.batch(record), as: UTF8.self)
            .replacing("Quarterly", with: escape)
        let bench = BouncerBench()
        #expect(try bench.deliver(Array(event.utf8)) == [])
        #expect(bench.outbox.count == 1)
    }

    static func changed(_ name: String, to value: JSONValue?) -> String {
        let kept = (detail.members ?? []).filter { $0.name != name }
        return JSONValue.object(kept + (value.map { [.init(name, $0)] } ?? [])).text
    }
}
