import AWS
import Delivery
import FunctionTestSupport
import HTTP
import JSON
import Mail
import TestSupport
import Testing

/// What a claim asks of DynamoDB, and what it makes of each answer.
struct LedgerTests {
    private static let now: Int64 = 1_737_194_400_000
    private static let claimant = Claimant(until: now + 30_000, owner: "me")
    private static let key = LedgerKey.gmail(
        originalMessageId: "m1", mailbox: Mailbox(destination: "Me@gmail.com"))
    private static let expiry = 1_737_194_400 + 120 * 86_400

    private static func ledger(_ client: FakeClient) -> Ledger {
        // No time to try twice.
        let session = AWSSession.fake(
            client, pacing: FakeTime(secondsLeft: 0.4).pacing)
        return Ledger(
            DynamoDB(session, table: "t"), retentionDays: 120, epochMilliseconds: { now })
    }

    private static func row(_ state: String, _ more: String = "") -> String {
        #"{"PK":{"S":"MAIL#m1"},"SK":{"S":"GMAIL#me@gmail.com"},"state":{"S":"\#(state)"}\#(more)}"#
    }

    /// The refusal of a put whose condition did not hold for that row.
    private static func refusal(_ row: String?) -> HTTPResponse {
        let item = row.map { #","Item":\#($0)"# } ?? ""
        return HTTPResponse(
            400,
            json: #"{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","#
                + #""message":"The conditional request failed"\#(item)}"#)
    }

    private static func claim(_ response: HTTPResponse) -> Result<Ledger.Claim, LedgerError> {
        Result { () throws(LedgerError) in
            try ledger(FakeClient(response)).claim(key, for: claimant)
        }
    }

    @Test("A claim is one conditional put, which asks for the row in its way")
    func fresh() throws {
        let client = FakeClient(HTTPResponse(200, json: "{}"))
        #expect(try Self.ledger(client).claim(Self.key, for: Self.claimant) == .granted)
        let request = try #require(client.requests.first)
        #expect(client.requests.count == 1)
        #expect(request.headers["X-Amz-Target"] == "DynamoDB_20120810.PutItem")
        let body = try JSONValue(parsing: request.body.bytes ?? [])
        #expect(body["ReturnValuesOnConditionCheckFailure"] == "ALL_OLD")
        #expect(
            Item(body["Item"] ?? [:]) == [
                "PK": .string("MAIL#m1"), "SK": .string("GMAIL#me@gmail.com"),
                "state": .string("claimed"), "owner": .string("me"),
                "until": .number(Int(Self.now) + 30_000), "expires_at": .number(Self.expiry),
            ])
        #expect(
            body["ConditionExpression"]
                == "attribute_not_exists(PK) OR (#state = :claimed AND #until < :now)")
    }

    @Test("What is done, or was refused for good, is not the claimant's to perform")
    func settled() {
        for more in ["", #","until":{"N":"1"}"#, #","owner":{"S":"me"}"#] {
            #expect(Self.claim(Self.refusal(Self.row("done", more))) == .success(.done))
            #expect(Self.claim(Self.refusal(Self.row("refused", more))) == .success(.refused))
        }
    }

    @Test("A claim under the claimant's own name is its own: the answer to its put was lost")
    func own() {
        let row = Self.row("claimed", #","owner":{"S":"me"},"until":{"N":"1737194430000"}"#)
        #expect(Self.claim(Self.refusal(row)) == .success(.granted))
    }

    @Test(
        "A live claim of another delivery is no success, with or without an owner",
        arguments: [
            #","owner":{"S":"other"}"#, "", #","owner":{"S":"ME"}"#, #","owner":{"N":"1"}"#,
        ])
    func foreign(owner: String) {
        let row = Self.row("claimed", owner + #","until":{"N":"1737194430000"}"#)
        #expect(Self.claim(Self.refusal(row)) == .failure(.heldElsewhere))
    }

    @Test(
        "A row that cannot be read grants nothing",
        arguments: [
            "{}", "[]", "7", #"{"state":{"BOOL":true}}"#, row("DONE"), row(""), row("claimed"),
            row("claimed", #","owner":{"S":"other"},"until":{"S":"soon"}"#),
            #"{"owner":{"S":"me"}}"#,
        ])
    func unreadable(row: String) {
        #expect(Self.claim(Self.refusal(row)) == .failure(.unreadable))
    }

    @Test(
        "An answer that does not tell what became of the put grants nothing",
        arguments: [
            refusal(nil), HTTPResponse(status: 200), HTTPResponse(200, json: "<html>"),
            HTTPResponse(200, json: "[]"), HTTPResponse(200, json: "null"),
            HTTPResponse(status: 500), HTTPResponse(status: 503),
            HTTPResponse(400, json: #"{"__type":"AccessDeniedException"}"#),
            HTTPResponse(400, json: #"{"__type":"AccessDeniedException","Item":\#(row("done"))}"#),
        ])
    func unavailable(response: HTTPResponse) {
        guard case .failure(.unavailable) = Self.claim(response) else {
            Issue.record("\(Self.claim(response))")
            return
        }
    }

    @Test("A call without an answer grants nothing")
    func unanswered() {
        let lost = HTTPError.timedOut(CallName("DynamoDB", "PutItem"))
        #expect(throws: LedgerError.unavailable(.unanswered(lost))) {
            try Self.ledger(FakeClient([.failure(lost)])).claim(Self.key, for: Self.claimant)
        }
    }

    @Test("What was performed is marked, whoever holds the claim by now")
    func complete() throws {
        let client = FakeClient(HTTPResponse(200, json: "{}"))
        try Self.ledger(client).complete(Self.key, by: Self.claimant)
        let body = try JSONValue(parsing: client.requests.first?.body.bytes ?? [])
        #expect(body.members?.map(\.name).sorted() == ["Item", "TableName"])
        #expect(
            Item(body["Item"] ?? [:]) == [
                "PK": .string("MAIL#m1"), "SK": .string("GMAIL#me@gmail.com"),
                "state": .string("done"), "owner": .string("me"), "until": .number(Int(Self.now)),
                "expires_at": .number(Self.expiry),
            ])
    }

    @Test("A mark that cannot be written is a failure")
    func incomplete() {
        #expect(throws: LedgerError.self) {
            try Self.ledger(FakeClient(HTTPResponse(status: 500)))
                .complete(Self.key, by: Self.claimant)
        }
    }

    @Test("Every claimant has a name of 128 bits of its own")
    func owners() {
        let owners = (0..<1000).map { _ in Claimant(until: 0).owner }
        #expect(Set(owners).count == 1000)
        #expect(owners.allSatisfy { $0.wholeMatch(of: /[0-9a-f]{32}/) != nil })
        // No bit is always the same.
        let bytes = owners.map { Array($0.utf8) }
        #expect((0..<32).allSatisfy { place in Set(bytes.map { $0[place] }).count == 16 })
    }
}
