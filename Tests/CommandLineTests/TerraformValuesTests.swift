import Testing

@testable import ses_mail

/// The reader and writer of tfvars files.
struct TerraformValuesTests {
    private static let text = """
        # one = "no"
        domain = ["a.example", /* not yet: "b.example", */ "c.example"] // two
        quoted="a \\"b\\" # c"
        many = [
          "x", # y
          "z",
        ]
        zones = { "a.example" = "Z1", b = "Z2" }
        isOn = true
        number = 12
        """

    private func values(_ text: String = text) throws -> TerraformValues {
        try TerraformValues(Array(text.utf8))
    }

    @Test("Texts, lists, maps and truth values are read; another value is kept as it was written")
    func read() throws {
        let values = try values()
        #expect(values["domain"] == .texts(["a.example", "c.example"]))
        #expect(values["quoted"] == .text(#"a "b" # c"#))
        #expect(values["many"] == .texts(["x", "z"]))
        #expect(values["zones"] == .map(["a.example": "Z1", "b": "Z2"]))
        #expect(values["isOn"] == .bool(true))
        #expect(values["number"] == .other("12"))
        #expect(values["one"] == nil && values["two"] == nil)
    }

    @Test("A change keeps every other byte, and a new value stands at the end")
    func write() throws {
        var values = try values()
        try values.set("many", to: .texts(["w"]))
        try values.set("domain", to: .texts(["d.example"]))
        try values.set("new", to: .text(#"a"b"#))
        let expected = Self.text
            .replacing(
                #"["a.example", /* not yet: "b.example", */ "c.example"]"#, with: #"["d.example"]"#
            )
            .replacing("[\n  \"x\", # y\n  \"z\",\n]", with: #"["w"]"#)
        #expect(
            String(decoding: values.bytes, as: UTF8.self) == expected + "\nnew = \"a\\\"b\"\n")
        #expect(values["new"] == .text(#"a"b"#))
    }

    @Test(
        "A text is read back as it was written, and is neither a template nor a second line",
        arguments: [
            ("${path.root}", "$${path.root}"), ("%{if a}", "%%{if a}"), ("{$%", "{$%"),
            ("a\nb = \"c\"\r\t", #"a\nb = \"c\"\r\t"#), (#"\n"#, #"\\n"#), ("é\u{301}", "é\u{301}"),
        ])
    func escapes(text: String, written: String) throws {
        var values = try values("")
        try values.set("a", to: .text(text))
        #expect(String(decoding: values.bytes, as: UTF8.self) == "a = \"\(written)\"\n")
        #expect(values["a"] == .text(text))
    }

    @Test(
        "What is not understood is named by its line",
        arguments: [
            ("a = 1\nb\n", 2), ("a = [\n\"x\"\n", 3), ("a = \"x\n", 1), ("a = <<EOT\nx\nEOT\n", 1),
            ("a =\n", 1), ("a = ]\n", 1), ("= 1", 1), ("a = \"${b}\"", 1),
            ("a = \"\\q\"", 1), ("a = \"\\", 1),
        ])
    func faults(text: String, line: Int) {
        #expect {
            _ = try values(text)
        } throws: { error in
            (error as? TerraformValues.Fault)?.line == line
        }
    }
}
