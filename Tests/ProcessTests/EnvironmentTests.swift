import Process
import TestSupport
import Testing

struct EnvironmentTests {
    private let environment = Environment([
        "NAME": "value", "EMPTY": "", "YES": "True", "NO": "FALSE", "SEVEN": "7", "ZERO": "0",
        "MINUS": "-7", "PLUS": "+7", "TEXT": "seven",
        "HUGE": "1000001", "SHAPE": "square", "OTHER": "Circle",
    ])

    @Test("A variable that is empty is as one that is not set")
    func required() throws {
        #expect(try environment.required("NAME") == "value")
        #expect(environment.optional("EMPTY") == nil)
        for name in ["EMPTY", "ABSENT"] {
            #expect(throws: ConfigurationError.missing(name)) { try environment.required(name) }
        }
    }

    @Test("A flag is true or false, in any case, and nothing else")
    func flags() throws {
        #expect(try environment.flag("YES", default: false))
        #expect(try !environment.flag("NO", default: true))
        #expect(try environment.flag("ABSENT", default: true))
        #expect(throws: ConfigurationError.self) { try environment.flag("NAME", default: true) }
    }

    enum Shape: String, CaseIterable {
        case circle
        case square
    }

    @Test("A word is one of those that are known, as they are written, or refused by name")
    func choices() throws {
        #expect(try environment.choice("SHAPE", default: Shape.circle) == .square)
        #expect(try environment.choice("EMPTY", default: Shape.square) == .square)
        #expect(try environment.choice("ABSENT", default: Shape.circle) == .circle)
        let error = #expect(throws: ConfigurationError.self) {
            try environment.choice("OTHER", default: Shape.circle)
        }
        #expect(
            error?.description
                == "the environment variable OTHER is \"Circle\", not circle or square")
    }

    @Test("A number is whole and from 1 to a million, or refused by name")
    func numbers() throws {
        #expect(try environment.positive("SEVEN", default: 1) == 7)
        #expect(try environment.positive("EMPTY", default: 3) == 3)
        for name in ["ZERO", "MINUS", "TEXT", "HUGE"] {
            let error = #expect(throws: ConfigurationError.self) {
                try environment.positive(name, default: 1)
            }
            #expect(error?.description.contains(name) == true)
        }
    }

    @Test(
        "A list has commas between its items, and may have spaces",
        arguments: [
            ("", []), ("a", ["a"]), ("a,b", ["a", "b"]), (" a , b,, ", ["a", "b"]), (",", []),
        ] as [(String, [String])])
    func lists(value: String, expected: [String]) {
        #expect(Environment(["LIST": value]).list("LIST") == expected)
        #expect(Environment([:]).list("LIST").isEmpty)
    }

    @Test("Every error says what a person can mend")
    func sentences() {
        #expect(
            ConfigurationError.missing("A").description
                == "the environment variable A is not set")
        #expect(
            ConfigurationError.invalid("A", value: "b", expected: "true or false").description
                == "the environment variable A is \"b\", not true or false")
    }
}
