import AWS
import FunctionTestSupport
import HTTP
import JSON
import TestSupport
import Testing

@testable import SMTPCredentials

/// What is asked of the table, and read from its answers.
struct RowReadTests {
    @Test("Timers and names are read by their prefix")
    func lists() throws {
        let table = RecordingTable(
            HTTPResponse(
                200,
                json: ##"{"Items":[{"SK":{"S":"RETIRE#john#AKIA1"}},{"SK":{"N":"1"}},{}]}"##))
        #expect(try table.store.retirements(table.john) == ["AKIA1"])
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
            try table.bodies().first
                == #"{"ConsistentRead":true,"Key":{"PK":{"S":"SMTP_USER"},"#
                + #""SK":{"S":"USER#john"}},"TableName":"t"}"#)
    }
}

/// A table that notes what is sent to it.
private struct RecordingTable {
    let client: FakeClient
    let store: AWSCredentialServices
    let john: Username

    init(_ answers: HTTPResponse...) {
        client = FakeClient(
            (answers.isEmpty ? [HTTPResponse(200, json: "{}")] : answers).map { .success($0) })
        let session = AWSSession.fake(client, pacing: FakeTime().pacing)
        store = AWSCredentialServices(
            session, table: "t", encryptionKey: "", epochSeconds: { 100 })
        guard let john = Username("john") else { preconditionFailure("john is a legal name") }
        self.john = john
    }

    func bodies() throws -> [String] {
        try client.requests.map { try JSONValue(parsing: $0.body.bytes ?? []).sorted.text }
    }
}
