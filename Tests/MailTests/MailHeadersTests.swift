import JSON
import Testing

@testable import Mail

struct MailHeadersTests {
    private let headers = MailHeaders([
        .init(name: "Received", value: "one"), .init(name: "received", value: " two "),
        .init(name: "LIST-Unsubscribe", value: "<https://example.com>"),
    ])

    @Test("A header is found whatever its case, and the first of several comes first")
    func lookUp() {
        #expect(headers["RECEIVED"] == "one")
        #expect(headers.values(of: "Received") == ["one", "two"])
        #expect(headers["Subject"] == nil)
    }

    @Test("A prefix is found whatever its case", arguments: [("List-", true), ("Lists-", false)])
    func prefix(prefix: String, expected: Bool) {
        #expect(headers.contains(prefix: prefix) == expected)
    }

    @Test("SES's list is read, and a field without name or value is no error")
    func decode() throws {
        let json = #"[{"name":"Subject","value":"x","other":1},{"name":"X"},{"value":null}]"#
        let decoded = MailHeaders(try JSONValue(parsing: Array(json.utf8)))
        #expect(
            decoded.fields == [
                .init(name: "Subject", value: "x"), .init(name: "X", value: ""),
                .init(name: "", value: ""),
            ])
    }
}
