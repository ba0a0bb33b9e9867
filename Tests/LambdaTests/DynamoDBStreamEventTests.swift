import JSON
import Lambda
import TestSupport
import Testing

struct DynamoDBStreamEventTests {
    @Test("A change is read with its keys, the old row and its time")
    func read() throws {
        let event = """
            {"Records":[{"eventName":"REMOVE","dynamodb":{"SequenceNumber":"111",
            "Keys":{"PK":{"S":"SMTP_USER"}},"OldImage":{"a":{"S":"b"}},
            "ApproximateCreationDateTime":1737194400.9}},{"dynamodb":{"SequenceNumber":"222"}}]}
            """
        let records = try DynamoDBStreamEvent(Array(event.utf8)).records
        #expect(records.map(\.sequenceNumber) == ["111", "222"])
        #expect(records.map(\.epochSeconds) == [1_737_194_400, nil])
        #expect(records[0].keys == ["PK": ["S": "SMTP_USER"]])
        #expect(records[0].oldImage == ["a": ["S": "b"]])
        #expect(records[1].oldImage == nil)
    }

    @Test(
        "A batch of which one record cannot be named is delivered again as a whole",
        arguments: [
            "", "{}", "[]", #"{"Records":[]}"#, #"{"Records":[{}]}"#, #"{"Records":[7]}"#,
            #"{"Records":[{"dynamodb":{}}]}"#, #"{"Records":[{"dynamodb":{"SequenceNumber":""}}]}"#,
            #"{"Records":[{"dynamodb":{"SequenceNumber":"1"}},{"dynamodb":{"SequenceNumber":7}}]}"#,
        ])
    func garbage(event: String) {
        #expect(throws: BadEvent.self) { try DynamoDBStreamEvent(Array(event.utf8)) }
    }

    @Test(
        "A row with all 32 nested levels that DynamoDB allows is read",
        arguments: [("L", "[", "]"), ("M", #"{"a":"#, "}")])
    func deepest(type: String, opening: String, closing: String) throws {
        let image =
            #"{"deep":"# + String(repeating: #"{"\#(type)":\#(opening)"#, count: 32)
            + #"{"S":"the bottom"}"# + String(repeating: "\(closing)}", count: 32) + "}"
        let event =
            #"{"Records":[{"dynamodb":{"SequenceNumber":"1","NewImage":\#(image),"#
            + #""OldImage":\#(image)}}]}"#
        let record = try #require(DynamoDBStreamEvent(Array(event.utf8)).records.first)
        let read = try #require(record.oldImage)
        #expect(read.text == image)
    }

    @Test("A time that no clock has is none", arguments: ["1e999", "-1e999", "\"1\"", "null"])
    func times(time: String) throws {
        let event =
            #"{"Records":[{"dynamodb":{"SequenceNumber":"1","ApproximateCreationDateTime":"#
            + time + "}}]}"
        #expect(try DynamoDBStreamEvent(Array(event.utf8)).records.first?.epochSeconds == nil)
    }
}
