import TestSupport
import Testing

@testable import JSON

struct JSONFilterTests {
    private static let filter = JSONFilter(
        list: "headers", member: "name", wanted: ["From"])

    @Test(
        "Elements that are not wanted are left out, and all else stays",
        arguments: [
            (
                #"{"a":{"headers":[ {"name":"To","value":"1"} , {"name":"From","value":"2"},3]}}"#,
                ["a": ["headers": [["name": "From", "value": "2"], 3]]]
            ),
            (
                #"{"headers":[{"value":"1","name":"To"},{"name":7},{},[],{"name":"\u0054o"}]}"#,
                ["headers": [["value": "1", "name": "To"], ["name": 7], [:], []]]
            ),
            (#"{"headers":{"name":"To"}}"#, ["headers": ["name": "To"]]),
            (#"{"headers":[]}"#, ["headers": []]),
            (
                #"{"headers":[{"name":"To"},{"name":"From","headers":[{"name":"A"}]}]}"#,
                ["headers": [["name": "From", "headers": []]]]
            ),
            (#"[{"name":"To"}]"#, [["name": "To"]]),
        ] as [(String, JSONValue)])
    func leftOut(text: String, expected: JSONValue) throws {
        #expect(try JSONValue.parse(text, filter: Self.filter).value == expected)
    }

    @Test("A lone surrogate in what is left out is reported")
    func surrogate() throws {
        let text = #"{"headers":[{"name":"To","value":"SURROGATE"}]}"#
        func isRepaired(_ escape: String) throws -> Bool {
            try JSONValue.parse(
                text.replacing("SURROGATE", with: escape), filter: Self.filter
            ).isRepaired
        }
        #expect(try isRepaired(#"\ud800"#))
        #expect(try !isRepaired(#"\ud83d\ude00"#))
    }

    @Test(
        "What is left out is checked as all else",
        arguments: [
            "1,", #""a\x""#, "\"a\nb\"", #""a\u12""#, #"{"a" 1}"#, #""a"#, "01", "nul", #""a\"#,
            "[", "{", #"{"b":1,}"#,
        ])
    func wrong(value: String) {
        let text = #"{"headers":[{"name":"To","value":\#(value)}]}"#
        #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
        #expect(throws: JSONError.self) { try JSONValue.parse(text, filter: Self.filter) }
    }

    @Test("Of random lists the same is read as when all is read and then filtered")
    func random() throws {
        var random = SeededGenerator(seed: 21)
        for _ in 0..<2000 {
            let list: [JSONValue] = (0..<Int.random(in: 0...4, using: &random)).map { _ in
                let name = Bool.random(using: &random) ? "From" : random.hostileText()
                return ["name": .string(name), "value": .string(random.hostileText())]
            }
            let text = (["x": ["headers": .array(list)]] as JSONValue).bytes
            let read = try JSONValue.parse(
                String(decoding: text, as: UTF8.self), filter: Self.filter
            ).value
            #expect(read["x"]?["headers"]?.array == list.filter { $0["name"] == "From" })
        }
    }
}
