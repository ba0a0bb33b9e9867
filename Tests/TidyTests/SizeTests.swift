import Testing

struct SizeTests {
    @Test("A Swift file has 250 lines at most")
    func files() {
        for file in SourceTree.swift where file.lines.count > 251 {
            Issue.record("\(file.path) has \(file.lines.count - 1) lines")
        }
    }

    /// HCL cannot break an expression, so of Terraform only comments count; the JSON of a test is
    /// as long as it is; Python has its own judge.
    @Test("A line has 100 columns at most, but for an address that cannot be broken")
    func columns() {
        let endings = [".swift", ".tf", ".sh", ".h", ".c"]
        for file in SourceTree.all where endings.contains(where: file.path.hasSuffix) {
            for (number, line) in file.lines.enumerated()
            where line.count > 100 && !line.contains("https://") {
                if file.path.hasSuffix(".tf") && !line.contains(/^ *#/) { continue }
                if !file.isShipped && line.contains("#\"") { continue }
                Issue.record("\(file.path):\(number + 1) has \(line.count) columns")
            }
        }
    }

    @Test("A function has 60 lines at most")
    func functions() {
        for file in SourceTree.swift {
            for function in Function.all(in: file) where function.count > 60 {
                Issue.record("\(file.path):\(function.line) has a function of \(function.count)")
            }
        }
    }

    @Test("Functions are measured from their name to their brace")
    func measure() {
        let text = """
            struct A {
                func a() { b() }
                init(
                    a: Int
                ) {
                    b()
                }
            }
            protocol B {
                func c()
            }
            extension A {
                private static func d() -> Int {
                    if true {
                    }
                }
            }
            """
        let file = SourceTree.File(
            path: "a.swift",
            lines: text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
        #expect(
            Function.all(in: file).map { [$0.line, $0.count] } == [[2, 1], [3, 5], [13, 4]])
    }
}

/// Where a function stands, and how many lines it has. The formatter puts its last brace under the
/// first letter of its first line.
private struct Function {
    let line: Int
    let count: Int

    static func all(in file: SourceTree.File) -> [Function] {
        file.lines.indices.compactMap { start in
            let line = file.lines[start]
            guard isOpening(line) else { return nil }
            if line.hasSuffix("}") { return Function(line: start + 1, count: 1) }
            let indentation = line.prefix { $0 == " " }
            for end in file.lines.indices.dropFirst(start + 1) {
                let other = file.lines[end]
                if other == "\(indentation)}" {
                    return Function(line: start + 1, count: end - start + 1)
                }
                // A protocol's function has no body.
                let isOutside = !other.isEmpty && !other.hasPrefix(indentation)
                if isOutside { return nil }
            }
            return nil
        }
    }

    private static func isOpening(_ line: String) -> Bool {
        let words =
            /^ *(?:[a-z@][A-Za-z]*(?:\([a-z]+\))? )*(?:func |init[?(<]|subscript[(<]|deinit )/
        return line.firstMatch(of: words) != nil
    }
}
