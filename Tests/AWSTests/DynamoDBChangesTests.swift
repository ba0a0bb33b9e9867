import HTTP
import JSON
import TestSupport
import Testing

@testable import AWS

struct DynamoDBChangesTests {
    private let client = FakeClient(HTTPResponse(200, json: "{}"))

    @Test("An update names its row, its change and its condition, and all of their names once")
    func update() throws {
        try DynamoDB(AWSSession.test(client), table: "t").updateItem(
            key: ["PK": .string("a")],
            .init("SET #s = :new", names: ["#s": "status"], values: [":new": .string("active")]),
            if: .init("#s = :old", names: ["#s": "status"], values: [":old": .string("pending")]))
        #expect(
            try body(0)
                == JSONValue(
                    parsing: """
                        {"ConditionExpression":"#s = :old",
                        "ExpressionAttributeNames":{"#s":"status"},"ExpressionAttributeValues":{
                        ":new":{"S":"active"},":old":{"S":"pending"}},
                        "Key":{"PK":{"S":"a"}},"TableName":"t","UpdateExpression":"SET #s = :new"}
                        """))
    }

    @Test("A transaction has each of its parts whole")
    func transaction() throws {
        try DynamoDB(AWSSession.test(client), table: "t").transact([
            .put(["PK": .string("a")]),
            .update(
                key: ["PK": .string("b")], .init("SET n = :n", values: [":n": .number(7)]),
                if: .init("attribute_exists(PK)")),
        ])
        #expect(
            client.requests[0].headers["X-Amz-Target"] == "DynamoDB_20120810.TransactWriteItems")
        #expect(
            try body(0)
                == JSONValue(
                    parsing: """
                        {"TransactItems":[{"Put":{"Item":{"PK":{"S":"a"}},"TableName":"t"}},
                        {"Update":{"ConditionExpression":"attribute_exists(PK)",
                        "ExpressionAttributeValues":{":n":{"N":"7"}},"Key":{"PK":{"S":"b"}},
                        "TableName":"t","UpdateExpression":"SET n = :n"}}]}
                        """))
    }

    @Test(
        "A transaction that a condition stopped is told from one that met another writer",
        arguments: [
            ("ConditionalCheckFailedException", "", true),
            ("TransactionCanceledException", "reasons [None, ConditionalCheckFailed]", true),
            ("TransactionCanceledException", "reasons [TransactionConflict, None]", false),
            ("ValidationException", "ConditionalCheckFailed", false),
        ])
    func canceled(code: String, message: String, isConditional: Bool) {
        let error = AWSError.refused(
            CallName("DynamoDB", "any"), AWSRefusal(code: code, message: message, status: 400))
        #expect(error.isConditionalCheckFailed == isConditional)
    }

    @Test("A partition's rows are read page after page, as they are now")
    func rows() throws {
        let pages = FakeClient(
            HTTPResponse(
                200,
                json: #"{"Items":[{"SK":{"S":"a"}}],"LastEvaluatedKey":{"SK":{"S":"a"}}}"#),
            HTTPResponse(200, json: #"{"Items":[{"SK":{"S":"b"}}]}"#))
        let rows = try DynamoDB(AWSSession.test(pages), table: "t")
            .rows(partition: "SMTP_USER", sortKeyPrefix: "RETIRE#")
        #expect(rows == [["SK": .string("a")], ["SK": .string("b")]])
        let questions = try pages.requests.map {
            try JSONValue(parsing: $0.body.bytes ?? [])
        }
        #expect(questions.map { $0["ConsistentRead"] } == [true, true])
        #expect(questions.map { $0["ExclusiveStartKey"] } == [nil, ["SK": ["S": "a"]]])
        #expect(
            questions[0]["ExpressionAttributeValues"]
                == [":partition": ["S": "SMTP_USER"], ":prefix": ["S": "RETIRE#"]])
    }

    @Test("A secret is encrypted, and the ciphertext kept as it comes")
    func encrypt() throws {
        let kms = FakeClient(
            HTTPResponse(200, json: #"{"CiphertextBlob":"AQID/+=="}"#),
            HTTPResponse(200, json: "{}"))
        let service = KMS(try AWSSession.test(kms))
        #expect(try service.encrypt(Array("hidden".utf8), key: "alias/k") == "AQID/+==")
        #expect(kms.requests[0].headers["X-Amz-Target"] == "TrentService.Encrypt")
        #expect(
            String(decoding: kms.requests[0].body.bytes ?? [], as: UTF8.self)
                == #"{"KeyId":"alias/k","Plaintext":"aGlkZGVu"}"#)
        #expect(throws: AWSError.self) { try service.encrypt([], key: "alias/k") }
    }

    private func body(_ index: Int) throws -> JSONValue {
        try JSONValue(parsing: client.requests[index].body.bytes ?? []).sorted
    }
}
