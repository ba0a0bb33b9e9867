import JSON
import Text

extension FuzzTarget {
    static let jsonTargets = [
        FuzzTarget(
            name: "json",
            seeds: [
                FuzzInput.seed(#"{"a":[1,-2.5e+3,true,false,null,"\u00e9\ud83d\ude00\n\/"]}"#),
                FuzzInput.seed(#"{"headers":[{"name":"From","value":"\ud800"},{"name":"X"}]}"#),
                FuzzInput.seed("[[[[[[[[]]]]]]]]"), FuzzInput.seed(" \t\r\n0"),
            ],
            words: [
                #"\u"#, #"\ud800"#, #"\udc00"#, #"\""#, "{\"", "\":", "[]", "{}", "true", "null",
                "1e400", "-0", #""headers":[{"name":"#, #""From""#, ",", "]", "}",
            ],
            growing: [
                GrowingInput("", "[", ""), GrowingInput("[", "[],", "1]"),
                GrowingInput("[", #"{"headers":[{"name":"x#"},{"name":"From"}]},"#, "1]"),
                GrowingInput("{", #""a#":{"b":1.5e3},"#, #""a":1}"#),
                GrowingInput("\"", #"\ud800\""#, "\""), GrowingInput("\"", "é\u{7F}", "\""),
            ]
        ) { input in
            checkString(input.text)
            let value = try? JSONValue(parsing: input.bytes)
            // A byte that is no UTF-8 is U+FFFD, before or after.
            let parsed = try? JSONValue.parse(input.text)
            require((value == nil) == (parsed == nil), "bytes and text agree")
            let filtered = try? JSONValue.parse(input.text, filter: filter)
            require((filtered == nil) == (parsed == nil), "the filter changes no judgement")
            guard let value, let parsed, let filtered else { return nil }
            require(filtered.isRepaired == parsed.isRepaired, "the filter hides no repair")
            // A name that is written with escapes is not recognized, and the item stays.
            require(
                withoutUnwanted(filtered.value) == withoutUnwanted(parsed.value),
                "the filter leaves out no more than it may")
            let written = value.bytes
            require(written.allSatisfy { $0 >= 0x20 && $0 != 0x7F }, "no control character")
            require(String(validating: written, as: UTF8.self) != nil, "UTF-8 is written")
            guard let again = try? JSONValue(parsing: written) else {
                fatalError("what is written is not read")
            }
            require(again == value && again.bytes == written, "what is written is read")
            _ = (value.integer, value.double)
            return nil
        }
    ]

    private static let filter = JSONFilter(
        list: "headers", member: "name", wanted: ["From", "X-Test"])

    /// The same done to the whole document, in another way.
    private static func withoutUnwanted(_ value: JSONValue) -> JSONValue {
        switch value {
        case .array(let values): return .array(values.map(withoutUnwanted))
        case .object(let members):
            return .object(
                members.map { member in
                    guard member.name.utf8.elementsEqual("headers".utf8),
                        case .array(let items) = member.value
                    else { return .init(member.name, withoutUnwanted(member.value)) }
                    return .init(member.name, .array(items.filter(isWanted).map(withoutUnwanted)))
                })
        default: return value
        }
    }

    private static func isWanted(_ item: JSONValue) -> Bool {
        guard let first = item.members?.first, first.name.utf8.elementsEqual("name".utf8),
            case .string(let text) = first.value
        else { return true }
        return ["From", "X-Test"].contains {
            text.trimmingASCIIWhitespace.equalsIgnoringASCIICase($0)
        }
    }

    /// A text is read back as it was, in UTF-8, and hides nothing of what stands around it.
    private static func checkString(_ text: String) {
        var writer = JSONWriter()
        writer.object { object in
            object.member(text, text)
            object.member("end", 1)
        }
        guard let value = try? JSONValue(parsing: writer.bytes), let members = value.members,
            members.count == 2, let read = members[0].value.string
        else { fatalError("a text broke out of its quotation marks") }
        require(read.utf8.elementsEqual(text.utf8), "a text is read back")
        require(members[0].name.utf8.elementsEqual(text.utf8), "a name is read back")
    }
}
