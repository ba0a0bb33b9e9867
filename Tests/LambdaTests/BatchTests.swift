import JSON
import Lambda
import TestSupport
import Testing

struct BatchTests {
    private let lines = Lines()

    @Test(
        "Each record is tried, and those that failed are named in their order",
        arguments: [
            (["ok"], []), (["bad"], ["bad"]), (["bad", "ok", "bad2"], ["bad", "bad2"]),
            (["ok", "ok"], []), ([#"b"a\d"#, "ok"], []), ([#"bad"\é"#], [#"bad"\é"#]),
        ] as [([String], [String])])
    func answers(ids: [String], failed: [String]) throws {
        var tried: [String] = []
        let answer = try answer(Self.event(ids.map { .string($0) })) { record in
            tried.append(record.messageID ?? "")
            return record.messageID?.hasPrefix("bad") == false
        }
        #expect(tried == ids)
        let expected: JSONValue = [
            "batchItemFailures": .array(failed.map { ["itemIdentifier": .string($0)] })
        ]
        #expect(answer == expected.text)
        // The handler has told why.
        #expect(lines.all == [])
    }

    @Test(
        "A record without an id fails the whole batch before any is tried",
        arguments: [JSONValue.null, "", 7, []])
    func noID(id: JSONValue) {
        #expect(throws: BadEvent("a record without a messageId")) {
            try answer(Self.event(["ok", id])) { _ in
                Issue.record("a record was tried")
                return true
            }
        }
    }

    @Test(
        "Garbage is an error, never an empty success",
        arguments: [
            "", "{}", "[]", "null", "7", #""Records""#, #"{"Records":{}}"#, #"{"Records":null}"#,
            #"{"Records":[]}"#, #"{"records":[{"messageId":"1"}]}"#, #"{"Records":[7]}"#,
            #"{"Records":[{}]}"#, #"{"Records":["#,
        ])
    func garbage(event: String) {
        #expect(throws: BadEvent.self) {
            try answer(event) { _ in
                Issue.record("a record was tried")
                return true
            }
        }
    }

    @Test("A record is read with what SQS says of it")
    func record() throws {
        let event = """
            {"Records":[{"messageId":"1","body":"{}","receiptHandle":"secret","attributes":
            {"ApproximateReceiveCount":"3","AWSTraceHeader":"Root=1-a"}},{"messageId":"2"},
            {"messageId":"3","attributes":{"ApproximateReceiveCount":"many"}}]}
            """
        let records = try SQSEvent(Array(event.utf8)).records
        #expect(records.map(\.messageID) == ["1", "2", "3"])
        #expect(records.map(\.body) == ["{}", nil, nil])
        #expect(records.map(\.receiveCount) == [3, 1, 1])
        #expect(records.map(\.traceHeader) == ["Root=1-a", nil, nil])
    }

    @Test(
        "The detail is found inside an event, and bare",
        arguments: [
            (#"{"detail-type":"x","detail":{"a":1}}"#, #"{"a":1}"#), (#"{"a":1}"#, #"{"a":1}"#),
            (#"{"detail":null}"#, "null"), ("[]", "[]"),
        ])
    func detail(body: String, expected: String) throws {
        #expect(try EventBridgeEvent.detail(of: body).text == expected)
    }

    @Test("A body that is no JSON is a bad event that shows nothing of it")
    func noDetail() {
        let error = #expect(throws: BadEvent.self) { try EventBridgeEvent.detail(of: "secret") }
        #expect(error?.description.contains("secret") == false)
    }

    private func answer(_ event: String, _ handle: (SQSRecord) -> Bool) throws -> String {
        let invocation = Invocation(
            requestID: "r", deadlineMilliseconds: 0, trace: nil, event: Array(event.utf8),
            logger: lines.logger())
        let bytes = try Batch.answer(invocation, handle: handle)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func event(_ ids: [JSONValue]) -> String {
        (["Records": .array(ids.map { ["messageId": $0, "body": "{}"] })] as JSONValue).text
    }
}
