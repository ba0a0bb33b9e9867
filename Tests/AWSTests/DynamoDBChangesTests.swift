import HTTP
import JSON
import TestSupport
import Testing

@testable import AWS

/// Parts of rows, several rows at once, and KMS: what the credentials need.
struct DynamoDBChangesTests {
    @Test("An update has one map of names and one of values for both its expressions")
    func update() throws {
        let client = FakeClient(HTTPResponse(200, json: "{}"))
        try DynamoDB(AWSSession.test(client), table: "t").updateItem(
            key: ["PK": .string("SMTP_USER"), "SK": .string("USER#john")],
            .init(
                "SET #status = :new, n = :n", names: ["#status": "status"],
                values: [":new": .string("active"), ":n": .number(7)]),
            if: .init(
                "#status = :old", names: ["#status": "status"], values: [":old": .string("x")]))
        #expect(client.requests[0].headers["X-Amz-Target"] == "DynamoDB_20120810.UpdateItem")
        #expect(
            try body(of: client.requests[0])
                == ##"{"ConditionExpression":"#status = :old","##
                + ##""ExpressionAttributeNames":{"#status":"status"},"##
                + #""ExpressionAttributeValues":{":n":{"N":"7"},":new":{"S":"active"},"#
                + #"":old":{"S":"x"}},"Key":{"PK":{"S":"SMTP_USER"},"SK":{"S":"USER#john"}},"#
                + ##""TableName":"t","UpdateExpression":"SET #status = :new, n = :n"}"##)
    }

    @Test("What is empty is left out: the service refuses empty maps")
    func noMaps() throws {
        let client = FakeClient(HTTPResponse(200, json: "{}"))
        try DynamoDB(AWSSession.test(client), table: "t").updateItem(
            key: ["PK": .string("a")], .init("REMOVE n"), if: .init("attribute_exists(PK)"))
        #expect(
            try body(of: client.requests[0])
                == #"{"ConditionExpression":"attribute_exists(PK)","Key":{"PK":{"S":"a"}},"#
                + #""TableName":"t","UpdateExpression":"REMOVE n"}"#)
    }

    @Test("A transaction holds its parts in their order")
    func transaction() throws {
        let client = FakeClient(HTTPResponse(200, json: "{}"))
        try DynamoDB(AWSSession.test(client), table: "t").transact([
            .update(
                key: ["PK": .string("a")], .init("SET n = :n", values: [":n": .bool(true)]),
                if: .init("attribute_exists(PK)")),
            .put(["PK": .string("b")]),
        ])
        #expect(
            client.requests[0].headers["X-Amz-Target"] == "DynamoDB_20120810.TransactWriteItems")
        #expect(
            try body(of: client.requests[0])
                == #"{"TransactItems":[{"Update":{"ConditionExpression":"attribute_exists(PK)","#
                + #""ExpressionAttributeValues":{":n":{"BOOL":true}},"Key":{"PK":{"S":"a"}},"#
                + #""TableName":"t","UpdateExpression":"SET n = :n"}},"#
                + #"{"Put":{"Item":{"PK":{"S":"b"}},"TableName":"t"}}]}"#)
    }

    @Test("A transaction with a token is made once, however often it is asked for")
    func token() throws {
        let client = FakeClient(HTTPResponse(200, json: "{}"))
        try DynamoDB(AWSSession.test(client), table: "t")
            .transact([.put(["PK": .string("b")])], token: "x")
        #expect(
            try body(of: client.requests[0])
                == #"{"ClientRequestToken":"x","TransactItems":[{"Put":"#
                + #"{"Item":{"PK":{"S":"b"}},"TableName":"t"}}]}"#)
    }

    @Test(
        "A transaction that is cancelled for its condition is known as such, another is not",
        arguments: [
            ("[ConditionalCheckFailed, None]", true), ("[None, ConditionalCheckFailed]", true),
            ("[TransactionConflict, None]", false), ("[None, None]", false),
        ])
    func cancelled(reasons: String, isConflict: Bool) throws {
        let client = FakeClient(
            HTTPResponse(
                400,
                json: #"{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","#
                    + #""Message":"Transaction cancelled, please refer cancellation reasons for "#
                    + #"specific reasons \#(reasons)"}"#))
        let error = #expect(throws: AWSError.self) {
            try DynamoDB(AWSSession.test(client), table: "t").transact([.put(["PK": .null])])
        }
        #expect(error?.isConditionalCheckFailed == isConflict)
        #expect(client.requests.count == 1)
    }

    @Test(
        "A page without its rows is an error, never an empty partition",
        arguments: ["{}", "[]", #"{"Count":1}"#, #"{"Items":null}"#])
    func noItems(body: String) throws {
        let table = DynamoDB(
            try AWSSession.test(FakeClient(HTTPResponse(200, json: body))), table: "t")
        #expect(throws: AWSError.missing("Items", in: CallName("DynamoDB", "Query"))) {
            try table.rows(partition: "SMTP_USER", sortKeyPrefix: "RETIRE#a#")
        }
    }

    @Test("All pages of a partition are read, as they are now")
    func query() throws {
        let client = FakeClient(
            HTTPResponse(
                200,
                json: #"{"Items":[{"SK":{"S":"USER#a"}}],"LastEvaluatedKey":{"PK":{"S":"p"}}}"#),
            HTTPResponse(200, json: #"{"Items":[{"SK":{"S":"USER#b"}}]}"#))
        let rows = try DynamoDB(AWSSession.test(client), table: "t")
            .rows(partition: "SMTP_USER", sortKeyPrefix: "USER#")
        #expect(rows == [["SK": .string("USER#a")], ["SK": .string("USER#b")]])
        let first =
            #""ExpressionAttributeValues":{":partition":{"S":"SMTP_USER"},"#
            + #"":prefix":{"S":"USER#"}},"#
            + #""KeyConditionExpression":"PK = :partition AND begins_with(SK, :prefix)","#
            + #""TableName":"t"}"#
        #expect(try body(of: client.requests[0]) == #"{"ConsistentRead":true,"# + first)
        #expect(
            try body(of: client.requests[1])
                == #"{"ConsistentRead":true,"ExclusiveStartKey":{"PK":{"S":"p"}},"# + first)
    }

    @Test("A partition without an end is an error")
    func endless() throws {
        let client = FakeClient(
            HTTPResponse(200, json: #"{"Items":[],"LastEvaluatedKey":{"PK":{"S":"p"}}}"#))
        let error = #expect(throws: AWSError.self) {
            try DynamoDB(AWSSession.test(client), table: "t")
                .rows(partition: "p", sortKeyPrefix: "")
        }
        #expect(
            error?.description
                == "DynamoDB.Query has more than 1000 pages, and the rest was not read")
        #expect(client.requests.count == 1000)
    }

    @Test("KMS encrypts without a context, and its base64 is taken as it comes")
    func encrypt() throws {
        let client = FakeClient(
            HTTPResponse(200, json: #"{"CiphertextBlob":"AQID+/==","KeyId":"arn:aws:kms:k"}"#),
            HTTPResponse(200, json: #"{"KeyId":"arn:aws:kms:k"}"#))
        let kms = KMS(try AWSSession.test(client))
        #expect(try kms.encrypt(Array("{}".utf8), key: "alias/k") == "AQID+/==")
        let request = client.requests[0]
        #expect(request.url == "https://kms.ap-southeast-2.amazonaws.com/")
        #expect(request.headers["X-Amz-Target"] == "TrentService.Encrypt")
        #expect(request.headers["Content-Type"] == "application/x-amz-json-1.1")
        #expect(try body(of: request) == #"{"KeyId":"alias/k","Plaintext":"e30="}"#)
        let error = #expect(throws: AWSError.self) { try kms.encrypt([], key: "alias/k") }
        #expect(
            error?.description
                == "KMS.Encrypt answered in an unknown form: there is no CiphertextBlob")
    }

    private func body(of request: HTTPRequest) throws -> String {
        try JSONValue(parsing: request.body.bytes ?? []).sorted.text
    }
}
