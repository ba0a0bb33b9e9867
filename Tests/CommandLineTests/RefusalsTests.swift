import AWS
import FunctionTestSupport
import HTTP
import JSON
import TestSupport
import Testing

@testable import ses_mail

struct RefusalsTests {
    @Test(
        "Before a mail is sent again its refusals and junk imports go, and no claim",
        arguments: [false, true])
    func forget(again: Bool) throws {
        let ledger = Ledger()
        let pacing = Pacing(secondsLeft: { 30 })
        for place in ["GMAIL#a@b.example", "JUNK#a@b.example", "BOUNCE#a@b.example"] {
            for state in ["claimed", "refused", "done"] { ledger.put(place, state) }
        }
        let database = DynamoDB(AWSSession.fake(ledger, pacing: pacing), table: "t")
        try Refusals(database).forget("m", again: again)
        let kept = ["claimed", "done", "refused"].map { "BOUNCE#a@b.example \($0)" }
        #expect(
            ledger.rows == kept + ["GMAIL#a@b.example claimed"]
                + (again ? [] : ["GMAIL#a@b.example done"]) + ["JUNK#a@b.example claimed"])
    }

    /// The ledger of one mail, in memory.
    private final class Ledger: HTTPClient {
        private var table = TableRows(table: "t")

        func put(_ place: String, _ state: String) {
            table.put([
                "PK": ["S": "MAIL#m"], "SK": ["S": .string("\(place) \(state)")],
                "state": ["S": .string(state)],
            ])
        }

        var rows: [String] { table.rows.keys.map(\.sk).sorted() }

        func send(_ request: HTTPRequest) throws(HTTPError) -> HTTPResponse {
            let input = (try? JSONValue(parsing: request.body.bytes ?? [])) ?? [:]
            return table.answer(request.name.operation, input)
        }
    }
}
