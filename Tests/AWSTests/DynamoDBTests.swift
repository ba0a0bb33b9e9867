import HTTP
import JSON
import TestSupport
import Testing

@testable import AWS

struct DynamoDBTests {
    @Test("250 keys take three calls, and no key is asked for twice")
    func chunks() throws {
        let client = FakeClient(HTTPResponse(200, json: #"{"Responses":{"t":[]}}"#))
        let keys = (0..<250).map { "k\($0)" }
        let table = try DynamoDB(AWSSession.test(client), table: "t")
        #expect(try table.batchGetItem(partitionKeys: keys, sortKey: "v").isEmpty)
        let asked = try client.requests.map { try Self.keys(of: $0) }
        #expect(asked.map(\.count) == [100, 100, 50])
        #expect(asked.flatMap { $0 } == keys)
    }

    @Test("No keys are no call")
    func noKeys() throws {
        let client = FakeClient(HTTPResponse(status: 500))
        let table = try DynamoDB(AWSSession.test(client), table: "t")
        #expect(try table.batchGetItem(partitionKeys: [], sortKey: "v").isEmpty)
        #expect(client.requests.isEmpty)
    }

    @Test("Keys left unprocessed, and only those, are asked for again")
    func unprocessed() throws {
        let client = FakeClient(
            HTTPResponse(
                200,
                json: #"{"Responses":{"t":[{"PK":{"S":"a"}}]},"#
                    + #""UnprocessedKeys":{"t":{"Keys":[{"PK":{"S":"b"}}]}}}"#),
            HTTPResponse(200, json: #"{"Responses":{"t":[{"PK":{"S":"b"}}]},"UnprocessedKeys":{}}"#)
        )
        let time = FakeTime()
        let rows = try DynamoDB(AWSSession.test(client, time: time), table: "t")
            .batchGetItem(partitionKeys: ["a", "b"], sortKey: "v")
        #expect(rows == [["PK": .string("a")], ["PK": .string("b")]])
        #expect(try client.requests.map { try Self.keys(of: $0) } == [["a", "b"], ["b"]])
        #expect(time.pauses == [0.1])
    }

    @Test("What stays unprocessed is an error, never a missing row")
    func incomplete() throws {
        let client = FakeClient(HTTPResponse(200, json: Self.nothingDone))
        let time = FakeTime()
        #expect(throws: AWSError.incomplete(CallName("DynamoDB", "BatchGetItem"), leftOver: 1)) {
            try DynamoDB(AWSSession.test(client, time: time), table: "t")
                .batchGetItem(partitionKeys: ["a"], sortKey: "v")
        }
        #expect(client.requests.count == 4)
        #expect(time.pauses == [0.1, 0.2, 0.4])
    }

    @Test("Asking again ends where the time ends")
    func outOfTime() throws {
        let client = FakeClient(HTTPResponse(200, json: Self.nothingDone))
        #expect(throws: AWSError.incomplete(CallName("DynamoDB", "BatchGetItem"), leftOver: 1)) {
            try DynamoDB(AWSSession.test(client, time: FakeTime(secondsLeft: 0.9)), table: "t")
                .batchGetItem(partitionKeys: ["a"], sortKey: "v")
        }
        #expect(client.requests.count == 1)
    }

    private static let nothingDone =
        #"{"Responses":{},"UnprocessedKeys":{"t":{"Keys":[{"PK":{"S":"a"}}]}}}"#

    @Test(
        "An answer that is not JSON, or not complete, is an error",
        arguments: ["", "<html>", "{", #"{"Responses":"#])
    func undecodable(body: String) throws {
        let client = FakeClient(HTTPResponse(200, json: body))
        #expect {
            try DynamoDB(AWSSession.test(client), table: "t")
                .batchGetItem(partitionKeys: ["a"], sortKey: "v")
        } throws: { error in
            guard case AWSError.undecodable? = error as? AWSError else { return false }
            return true
        }
    }

    @Test(
        "An answer without its Responses is an error, never a missing row",
        arguments: ["{}", "[]", "null", #"{"UnprocessedKeys":{}}"#, #"{"Responses":null}"#])
    func noResponses(body: String) {
        let client = FakeClient(HTTPResponse(200, json: body))
        let name = CallName("DynamoDB", "BatchGetItem")
        #expect(throws: AWSError.missing("Responses", in: name)) {
            try DynamoDB(AWSSession.test(client), table: "t")
                .batchGetItem(partitionKeys: ["a"], sortKey: "v")
        }
    }

    @Test("A row is read as it is now, and one that is not there is nil")
    func getItem() throws {
        let client = FakeClient(
            HTTPResponse(200, json: #"{"Item":{"PK":{"S":"a"},"until":{"N":"7"}}}"#),
            HTTPResponse(200, json: "{}"))
        let table = DynamoDB(try AWSSession.test(client), table: "t")
        #expect(try table.getItem(key: ["PK": .string("a")])?["until"]?.integer == 7)
        #expect(try table.getItem(key: ["PK": .string("a")]) == nil)
        let body = try JSONValue(parsing: client.requests[0].body.bytes ?? [])
        #expect(body["ConsistentRead"] == true)
    }

    @Test(
        "An answer that is not GetItem's is an error, never a missing row",
        arguments: [
            "[]", "null", #""Welcome""#, #"{"Items":[]}"#, #"{"message":"Welcome"}"#,
            #"{"Item":7}"#, #"{"Item":null}"#,
        ])
    func oddItem(body: String) {
        let client = FakeClient(HTTPResponse(200, json: body))
        let name = CallName("DynamoDB", "GetItem")
        #expect(throws: AWSError.missing("Item", in: name)) {
            try DynamoDB(AWSSession.test(client), table: "t").getItem(key: ["PK": .string("a")])
        }
    }

    @Test("The success of another server is no write", arguments: ["[]", "null", "7"])
    func oddWrite(body: String) throws {
        let client = FakeClient(HTTPResponse(200, json: body))
        let table = DynamoDB(try AWSSession.test(client), table: "t")
        let key: Item = ["PK": .string("a")]
        let condition = DynamoDB.Expression("attribute_exists(PK)")
        #expect(throws: AWSError.self) { try table.putItem(key) }
        #expect(throws: AWSError.self) { try table.deleteItem(key: key) }
        #expect(throws: AWSError.self) {
            try table.updateItem(key: key, .init("REMOVE a"), if: condition)
        }
        #expect(throws: AWSError.self) { try table.transact([.put(key)]) }
    }

    @Test("A condition that does not hold is known as such")
    func condition() throws {
        let client = FakeClient(
            HTTPResponse(
                400,
                json:
                    #"{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"}"#
            ))
        let error = #expect(throws: AWSError.self) {
            try DynamoDB(AWSSession.test(client), table: "t")
                .putItem(["PK": .string("a")], if: .init("attribute_not_exists(PK)"))
        }
        #expect(error?.isConditionalCheckFailed == true)
        #expect(client.requests.count == 1)
    }

    @Test("A conditional put answers the row in its way, and fails where that is not shown")
    func rowInTheWay() throws {
        let failed = #""__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException""#
        let client = FakeClient(
            HTTPResponse(200, json: "{}"),
            HTTPResponse(400, json: #"{\#(failed),"Item":{"PK":{"S":"a"},"until":{"N":"7"}}}"#),
            HTTPResponse(400, json: "{\(failed)}"), HTTPResponse(200, json: "[]"))
        let table = DynamoDB(try AWSSession.test(client), table: "t")
        func put() throws(AWSError) -> DynamoDB.PutOutcome {
            try table.putItem(
                ["PK": .string("a")], orReadWhereNot: .init("attribute_not_exists(PK)"))
        }
        #expect(try put() == .written)
        #expect(try put() == .refused(by: ["PK": .string("a"), "until": .number(7)]))
        #expect(#expect(throws: AWSError.self) { try put() }?.isConditionalCheckFailed == true)
        #expect(
            throws: AWSError.undecodable(
                CallName("DynamoDB", "PutItem"), reason: "it is no JSON object")
        ) { try put() }
        let body = try JSONValue(parsing: client.requests[0].body.bytes ?? [])
        #expect(body["ReturnValuesOnConditionCheckFailure"] == "ALL_OLD")
    }

    @Test(
        "An attribute is read whatever its type",
        arguments: [
            (#"{"S":"x"}"#, .string("x")), (#"{"N":"1.5"}"#, .number("1.5")),
            (#"{"BOOL":true}"#, .bool(true)), (#"{"NULL":true}"#, .null),
            (#"{"L":[{"S":"x"},{"N":"1"}]}"#, .list([.string("x"), .number("1")])),
            (#"{"M":{"a":{"S":"x"}}}"#, .map(["a": .string("x")])),
            (#"{"SS":["x","y"]}"#, .stringSet(["x", "y"])),
            (#"{"B":"AA=="}"#, .other(["B": "AA=="])),
            (#"{"NS":["1"]}"#, .other(["NS": ["1"]])), (#"{"S":7}"#, .other(["S": 7])),
            ("{}", .other([:])), ("7", .other(7)),
        ] as [(String, AttributeValue)])
    func attributes(json: String, expected: AttributeValue) throws {
        let value = AttributeValue(try JSONValue(parsing: json))
        #expect(value == expected)
        #expect(value.json.text == json)
    }

    @Test(
        "A flag is a flag, or the word for it that a person wrote",
        arguments: [
            (.bool(false), false), (.string("true"), true), (.string("False"), false),
            (.string("TRUE"), true), (.string("yes"), nil), (.number("1"), nil), (.null, nil),
        ] as [(AttributeValue, Bool?)])
    func flags(value: AttributeValue, expected: Bool?) {
        #expect(value.bool == expected)
    }

    private static func keys(of request: HTTPRequest) throws -> [String] {
        let body = try JSONValue(parsing: request.body.bytes ?? [])
        return (body["RequestItems"]?["t"]?["Keys"]?.array ?? [])
            .compactMap { $0["PK"]?["S"]?.string }
    }
}
