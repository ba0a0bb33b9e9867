import AWS
import HTTP
import JSON
import TestSupport
import Testing

@testable import SMTPCredentials

/// What is sent to the table, whole.
struct RowStoreTests {
    private static let issue = RowStore.Issue(
        accessKeyID: "AKIA2", encryptedPassword: "AQID", iamUserName: "ses-smtp-user-john-1",
        iamUserARN: "arn:john")
    private static let issued = #"":active":{"S":"active"},":arn":{"S":"arn:john"},"#
    private static let set =
        "SET #status = :active, encrypted_password = :password, iam_user_arn = :arn, "
        + "iam_user_name = :user, access_key_id = :key, "
        + "created_at = if_not_exists(created_at, :now), updated_at = :now"
    private static let key = #""Key":{"PK":{"S":"SMTP_USER"},"SK":{"S":"USER#john"}},"#

    @Test("A user is named while the row is as it was and names none")
    func nameUser() throws {
        let table = RecordingTable()
        try table.store.nameUser(table.john, "ses-smtp-user-john-1", SampleRow.new.row)
        #expect(
            try table.bodies() == [
                ##"{"ConditionExpression":"#status = :seen AND "##
                    + "(attribute_not_exists(iam_user_name) OR NOT attribute_type(iam_user_name, "
                    + #":text) OR iam_user_name = :empty)","#
                    + ##""ExpressionAttributeNames":{"#status":"status"},"##
                    + #""ExpressionAttributeValues":{":empty":{"S":""},":seen":{"S":"pending"},"#
                    + #"":text":{"S":"S"},":user":{"S":"ses-smtp-user-john-1"}},"# + Self.key
                    + #""TableName":"t","UpdateExpression":"SET iam_user_name = :user"}"#
            ])
    }

    @Test("A password is written while the row is as it was")
    func activate() throws {
        let table = RecordingTable()
        try table.store.activate(table.john, Self.issue, SampleRow.named.row)
        try table.store.activate(table.john, Self.issue, SampleRow.named.with("active").row)
        let first = "(attribute_not_exists(encrypted_password) OR NOT "
        let blank = first + "attribute_type(encrypted_password, :text) OR encrypted_password = "
        func body(_ condition: String, _ empty: String, _ seen: String, _ text: String) -> String {
            "{\"ConditionExpression\":\"#status = :seen\(condition)\","
                + ##""ExpressionAttributeNames":{"#status":"status"},"##
                + #""ExpressionAttributeValues":{"# + Self.issued + empty
                + #"":key":{"S":"AKIA2"},":now":{"S":"t100"},":password":{"S":"AQID"},"#
                + #"":seen":{"S":"\#(seen)"},\#(text)":user":{"S":"ses-smtp-user-john-1"}},"#
                + Self.key + #""TableName":"t","UpdateExpression":""# + Self.set
                + #" REMOVE error_message, previous_access_key_id, previous_key_valid_until"}"#
        }
        #expect(
            try table.bodies() == [
                body("", "", "pending", ""),
                body(
                    " AND \(blank):empty)", #"":empty":{"S":""},"#, "active",
                    #"":text":{"S":"S"},"#),
            ])
    }

    @Test("A rotation and its timer are one transaction")
    func rotate() throws {
        let table = RecordingTable()
        try table.store.rotate(table.john, Self.issue, "AKIA1", SampleRow.full("rotate").row)
        #expect(
            try table.bodies() == [
                ##"{"TransactItems":[{"Update":{"ConditionExpression":"#status = :seen AND "##
                    + #"access_key_id = :old","ExpressionAttributeNames":{"#
                    + ##""#status":"status"},"ExpressionAttributeValues":{"## + Self.issued
                    + #"":key":{"S":"AKIA2"},":now":{"S":"t100"},":old":{"S":"AKIA1"},"#
                    + #"":password":{"S":"AQID"},":seen":{"S":"rotate"},":until":{"S":"t604900"},"#
                    + #"":user":{"S":"ses-smtp-user-john-1"}},"# + Self.key
                    + #""TableName":"t","UpdateExpression":""# + Self.set
                    + ", previous_access_key_id = :old, previous_key_valid_until = :until "
                    + #"REMOVE error_message"}},{"Put":{"Item":{"PK":{"S":"SMTP_USER"},"#
                    + #""SK":{"S":"RETIRE#john#AKIA1"},"entity_type":{"S":"smtp_key_retirement"},"#
                    + #""expires_at":{"N":"604900"},"#
                    + #""iam_user_name":{"S":"ses-smtp-user-john-1"}},"TableName":"t"}}]}"#
            ])
    }

    @Test("An error is written while the row is as it was, and never makes a row")
    func reportError() throws {
        let table = RecordingTable()
        try table.store.reportError("USER#john", "words", .active)
        try table.store.reportError("USER#john", "words", .unknown("actve"))
        func body(_ condition: String, _ values: [String: String]) throws -> String {
            let all = ["error": "error", "message": "words", "now": "t100"].merging(values) { $1 }
            let body: JSONValue = [
                "TableName": "t",
                "Key": ["PK": ["S": "SMTP_USER"], "SK": ["S": "USER#john"]],
                "UpdateExpression":
                    "SET #status = :error, error_message = :message, updated_at = :now",
                "ConditionExpression": .string(condition),
                "ExpressionAttributeNames": ["#status": "status"],
                "ExpressionAttributeValues": .object(
                    all.map { .init(":\($0.key)", ["S": .string($0.value)]) }),
            ]
            return body.sorted.text
        }
        let known = ["pending", "active", "disabled", "rotate"]
        #expect(
            try table.bodies() == [
                body("#status = :seen", ["seen": "active"]),
                body(
                    "attribute_exists(PK) AND NOT #status IN "
                        + "(:pending, :active, :disabled, :rotate, :error)",
                    Dictionary(uniqueKeysWithValues: known.map { ($0, $0) })),
            ])
    }

    @Test("An old key is taken out of the row where the row still has it, or not at all")
    func forget() throws {
        let table = RecordingTable()
        try table.store.forgetPreviousKey(table.john, "AKIA1")
        #expect(
            try table.bodies() == [
                #"{"ConditionExpression":"previous_access_key_id = :key","#
                    + #""ExpressionAttributeValues":{":key":{"S":"AKIA1"}},"# + Self.key
                    + #""TableName":"t","UpdateExpression":"REMOVE previous_access_key_id, "#
                    + #"previous_key_valid_until"}"#
            ])
        let refusing = RecordingTable(
            HTTPResponse(400, json: #"{"__type":"x#ConditionalCheckFailedException"}"#))
        try refusing.store.forgetPreviousKey(table.john, "AKIA1")
        #expect(refusing.client.requests.count == 1)
    }

    @Test("Timers and names are read by their prefix")
    func lists() throws {
        let table = RecordingTable(
            HTTPResponse(
                200,
                json: ##"{"Items":[{"SK":{"S":"RETIRE#john#AKIA1"}},{"SK":{"N":"1"}},{}]}"##))
        #expect(try table.store.retirements(table.john) == [.init(accessKeyID: "AKIA1")])
        #expect(try table.store.sortKeys() == ["RETIRE#john#AKIA1"])
        let prefixes = try table.bodies().map {
            try JSONValue(parsing: $0)["ExpressionAttributeValues"]?[":prefix"]?["S"]?.string
        }
        #expect(prefixes == ["RETIRE#john#", "USER#"])
    }

    @Test("A row is read consistently, and one without a status has an unknown one")
    func read() throws {
        let table = RecordingTable(
            HTTPResponse(200, json: #"{"Item":{"PK":{"S":"SMTP_USER"}}}"#),
            HTTPResponse(200, json: #"{"Item":{"status":{"S":"error"}}}"#),
            HTTPResponse(200, json: "{}"))
        #expect(try table.store.read(table.john)?.status == .unknown(""))
        #expect(try table.store.statusOf("USER#j d") == .error)
        #expect(try table.store.statusOf("USER#j d") == nil)
        #expect(
            try table.bodies().first == #"{"ConsistentRead":true,"# + Self.key
                + #""TableName":"t"}"#)
    }
}

/// A table that notes what is sent to it.
private struct RecordingTable {
    let client: FakeClient
    let store: RowStore
    let john: Username

    init(_ answers: HTTPResponse...) {
        client = FakeClient(
            (answers.isEmpty ? [HTTPResponse(200, json: "{}")] : answers).map { .success($0) })
        let session = AWSSession(
            required: { _ in "x" }, optional: { _ in nil }, http: client, pacing: FakeTime().pacing)
        store = RowStore(
            DynamoDB(session, table: "t"),
            clock: RowClock(epochSeconds: { 100 }, text: { "t\($0)" }))
        guard let john = Username("john") else { preconditionFailure("john is a legal name") }
        self.john = john
    }

    func bodies() throws -> [String] {
        try client.requests.map { try JSONValue(parsing: $0.body.bytes ?? []).sorted.text }
    }
}
