import AWS
import JSON
import Testing

@testable import SMTPCredentials

struct SenderListTests {
    @Test("The policy, whole")
    func policy() throws {
        let list = try SenderList(
            .list([
                .string("john.doe@example.com"), .string("*@marketing.example.com"), .string("*"),
                .string("john.doe@example.com"),
            ]))
        #expect(
            list.policy
                == #"{"Version":"2012-10-17","Statement":[{"Sid":"AllowSmtpFrom","#
                + #""Effect":"Allow","Action":"ses:SendRawEmail","Resource":"*","#
                + #""Condition":{"StringLike":{"ses:FromAddress":["john.doe@example.com","#
                + #""*@marketing.example.com","*"]}}}]}"#)
    }

    @Test(
        "A pattern is an address, *@domain or *",
        arguments: [
            "john@example.com", "John.Doe+tag@Example.com", "a@b", "*@example.com", "*",
            "o'brien$x@example.com", "x{y}@example.com", "john@[192.0.2.1]", "a&b=c/d@example.com",
            String(repeating: "a", count: 308) + "@example.com",
        ])
    func legal(pattern: String) throws {
        #expect(try SenderList(.list([.string(pattern)])).patterns == [pattern])
    }

    @Test(
        "Nothing else is one: IAM would take it for more than it says",
        arguments: [
            "", " ", "john", "@example.com", "john@", "@", "**", "*@", "*@*", "*@*.example.com",
            "jo*n@example.com", "*john@example.com", "john*@example.com", "john@*example.com",
            "john@exam?le.com", "?@example.com", "?", "${aws:username}@example.com",
            "john@${aws:username}", "*@${x}", "john@example.com ", " john@example.com",
            "jo hn@example.com", "john@example.com\n", "john\u{1}@example.com",
            "john@example.com\u{7F}", "jöhn@example.com", "john@exämple.com",
            "\u{212A}@example.com",
            "a@b@example.com", "\"a\"@example.com", "John <john@example.com>", "a,b@example.com",
            "a@example.com;b@example.com", "a\\@example.com",
            String(repeating: "a", count: 309) + "@example.com",
        ])
    func illegal(pattern: String) {
        #expect(throws: SenderListError.malformed(position: 2)) {
            try SenderList(.list([.string("*"), .string(pattern)]))
        }
    }

    @Test(
        "No list, or nothing in it, is no permission",
        arguments: [
            nil, .list([]), .stringSet([]), .string("*"), .string("a@example.com"), .null,
            .map(["*": .string("*")]), .bool(true), .other(["B": "AA=="]),
        ] as [AttributeValue?])
    func missing(attribute: AttributeValue?) {
        #expect(throws: SenderListError.missing) { try SenderList(attribute) }
    }

    @Test("A set is a list in the order of its texts, and an entry that is no text is malformed")
    func otherTypes() throws {
        #expect(try SenderList(.stringSet(["b@x", "a@x"])).patterns == ["a@x", "b@x"])
        for entry in [
            AttributeValue.number(1), .null, .other(["B": "AA=="]), .list([.string("*")]),
        ] {
            #expect(throws: SenderListError.malformed(position: 1)) {
                try SenderList(.list([entry]))
            }
        }
    }

    @Test("What is wrong is told without what was written")
    func words() {
        #expect(
            SenderListError.malformed(position: 2).description
                == "allowed_from_addresses: entry 2 is neither an address nor *@domain nor *")
        #expect(
            SenderListError.missing.description == "allowed_from_addresses is missing or empty")
    }
}
