import FunctionTestSupport
import JSON
import Lambda
import Mail
import TestSupport
import Testing

@testable import router_enrichment

/// The events that are understood, and what becomes of the others.
struct RouterEventTests {
    static let mail = SampleMail()

    static func snsEnvelope(_ message: String) -> JSONValue {
        [
            "Type": "Notification", "MessageId": "sns-1", "TopicArn": "arn:aws:sns:a:1:t",
            "Subject": "Amazon SES Email Receipt Notification", "Message": .string(message),
        ]
    }

    @Test(
        "Every envelope leads to the same decision",
        arguments: [
            [SampleRecord.sqs(mail.text)], ["Records": [SampleRecord.sqs(mail.text)]],
            [SampleRecord.sqs(snsEnvelope(mail.text).text)],
            ["Records": [SampleRecord.sqs(snsEnvelope(mail.text).text)]],
            ["Records": [["EventSource": "aws:sns", "Sns": snsEnvelope(mail.text)]]],
            [["eventSource": "aws:ses", "ses": mail.notification]],
            ["Records": [["eventSource": "aws:ses", "ses": mail.notification]]],
        ] as [JSONValue])
    func envelopes(event: JSONValue) throws {
        let bench = RouterBench()
        let elements = try bench.answer(event)
        #expect(elements.map(\.fates) == [["user@example.com": "bounce no-rule"]])
        #expect(elements[0]["originalMessageId"] == "mail-1")
        let body = try JSONValue(parsing: try #require(elements[0]["body"]?.string))
        #expect(body == Self.mail.notification)
    }

    @Test("The documented example without a type and without recipients is a mail")
    func documentedExample() throws {
        let ses: JSONValue = [
            "mail": [
                "messageId": "abc123", "source": "sender@example.com",
                "destination": ["recipient@example.com"],
                "commonHeaders": ["subject": "Test"],
            ],
            "receipt": ["spamVerdict": ["status": "PASS"], "virusVerdict": ["status": "PASS"]],
        ]
        let elements = try RouterBench().answer([["eventSource": "aws:ses", "ses": ses]])
        #expect(elements.map(\.fates) == [["recipient@example.com": "bounce no-rule"]])
        #expect(try JSONValue(parsing: elements[0]["body"]?.string ?? "") == ses)
    }

    @Test(
        "What is no mail gives no element, and a line of log without an address",
        arguments: [
            SampleMail { $0.id = "AMAZON_SES_SETUP_NOTIFICATION" }.text,
            SampleMail { $0.type = "Bounce" }.text, SampleMail { $0.type = "Complaint" }.text,
            #"{"notificationType":"Delivery","mail":{"destination":7}}"#,
            #"{"eventType":"Delivery","mail":{"messageId":"x","destination":["a@b.example"]}}"#,
        ])
    func noMail(body: String) throws {
        let bench = RouterBench()
        #expect(try bench.answer([SampleRecord.sqs(body)]) == [])
        #expect(bench.lookUps == [])
        #expect(bench.output.values("outcome") == ["ignored"])
        #expect(!bench.output.lines.contains { $0.contains("@") })
        #expect(bench.output.counts == [:])
    }

    @Test("A mail beside a notification of something else keeps its element")
    func mixedBatch() throws {
        let elements = try RouterBench().answer([
            SampleRecord.sqs(SampleMail { $0.type = "Bounce" }.text),
            SampleRecord.sqs(Self.mail.text),
            SampleRecord.sqs(SampleMail { $0.id = "mail-2" }.text),
        ])
        #expect(elements.map { $0["originalMessageId"] } == ["mail-1", "mail-2"])
    }

    @Test(
        "Garbage is an error, never an empty answer that would delete it",
        arguments: [
            "", "null", "[]", "{}", "7", "\"x\"", "not json", #"{"Records":[]}"#,
            #"{"Records":{}}"#, "[[]]", "[null]", "[{}]", #"[{"messageId":"1"}]"#,
            #"[{"messageId":"1","body":7}]"#, #"[{"messageId":"1","body":""}]"#,
            #"[{"messageId":"1","body":"Hello, this is no JSON"}]"#,
            #"[{"messageId":"1","body":"[]"}]"#, #"[{"messageId":"1","body":"{}"}]"#,
            #"[{"messageId":"1","body":"{\"mail\":{}}"}]"#,
            #"[{"messageId":"1","body":"{\"mail\":{\"messageId\":\"\"}}"}]"#,
            #"[{"messageId":"1","body":"{\"mail\":{\"messageId\":7}}"}]"#,
            #"[{"eventSource":"aws:ses","ses":{}}]"#, #"[{"eventSource":"aws:ses","ses":null}]"#,
            #"[{"Sns":{}}]"#, #"[{"Sns":{"Message":"{}"}}]"#,
            #"[{"body":"{\"Type\":\"Notification\",\"Message\":\"plain words\"}"}]"#,
            #"[{"body":"{\"Type\":\"SubscriptionConfirmation\",\"Message\":\"x\"}"}]"#,
            #"[{"body":"{\"originalEvent\":{\"eventSource\":\"aws:ses\",\"ses\":{\"mail\":"#
                + #"{\"messageId\":\"t\"}}},\"routingDecisions\":[{\"action\":\"bounce\"}]}"}]"#,
            #"{"originalEvent":{},"routingDecisions":[]}"#,
            #"[{"body":"{\"mail\":{\"messageId\":\"1\"},\"receipt\":{\"recipients\":\"a@b\"}}"}]"#,
            #"[{"body":"{\"mail\":{\"messageId\":\"1\"},\"receipt\":{\"recipients\":[7]}}"}]"#,
        ])
    func garbage(event: String) {
        let bench = RouterBench()
        #expect(throws: BadEvent.self) {
            try bench.handler.handle(Invocation(Array(event.utf8), output: bench.output))
        }
        #expect(bench.lookUps == [])
    }

    @Test("One record of garbage fails the event, whatever stands beside it")
    func garbageBesideMail() {
        let bench = RouterBench()
        #expect(throws: BadEvent.self) {
            try bench.answer([SampleRecord.sqs(Self.mail.text), SampleRecord.sqs("garbage")])
        }
        #expect(bench.output.counts == [:])
    }

    @Test("Bytes that are no UTF-8, an event cut short and one nested without end are errors")
    func brokenBytes() {
        let deep = Array(String(repeating: "[", count: 200_000).utf8)
        let cut = Array(([SampleRecord.sqs(Self.mail.text)] as JSONValue).bytes.dropLast(20))
        for event in [[0xFF, 0xFE, 0x00], deep, cut] {
            let bench = RouterBench()
            #expect(throws: BadEvent.self) {
                try bench.handler.handle(Invocation(event, output: bench.output))
            }
        }
    }

    @Test(
        "A surrogate without its partner becomes U+FFFD, and the body stays readable",
        arguments: [#"\\ud83d"#, #"\ud83d"#, #"\\uDE00 \\uD83D"#, #"\udc00"#])
    func loneSurrogate(escape: String) throws {
        // Two backslashes: inside the notification. One: in the record around it.
        let event = ([SampleRecord.sqs(Self.mail.text)] as JSONValue).text
            .replacing("Quarterly", with: escape)
        let bench = RouterBench()
        let answer = try bench.handler.handle(Invocation(Array(event.utf8), output: bench.output))
        let text = String(decoding: answer, as: UTF8.self)
        #expect(!text.lowercased().contains(#"\ud8"#) && !text.lowercased().contains(#"\ud"#))
        let element = try #require(try JSONValue(parsing: text).array?.first)
        let body = try JSONValue(parsing: element["body"]?.string ?? "")
        let subject = try #require(body["mail"]?["commonHeaders"]?["subject"]?.string)
        #expect(subject.contains("\u{FFFD}") && subject.hasSuffix("figures"))
        #expect(element.fates == ["user@example.com": "bounce no-rule"])
    }

    @Test("A pair of surrogates stays the character that it is")
    func surrogatePair() throws {
        let event = ([SampleRecord.sqs(Self.mail.text)] as JSONValue).text
            .replacing("Quarterly", with: #"\\uD83D\\uDE00"#)
        let bench = RouterBench()
        let answer = try bench.handler.handle(Invocation(Array(event.utf8), output: bench.output))
        let body = try JSONValue(parsing: answer).array?.first?["body"]?.string
        let mail = try JSONValue(parsing: body ?? "")["mail"]
        #expect(mail?["commonHeaders"]?["subject"] == "😀 figures")
    }

    @Test(
        "The record's trace comes before the invocation's, and none is invented",
        arguments: [
            ("Root=1-a;Parent=b;Sampled=1", "Root=1-c", "Root=1-a;Parent=b;Sampled=1"),
            (nil, "Root=1-c;Lineage=x", "Root=1-c;Lineage=x"), (nil, nil, nil),
        ])
    func traceHeader(record: String?, invocation: String?, expected: String?) throws {
        let elements = try RouterBench().answer(
            [SampleRecord.sqs(Self.mail.text, traceHeader: record)], trace: invocation)
        #expect(elements.first?["traceHeader"]?.string == expected)
        #expect(elements.count == 1)
    }
}
