import Testing

struct HabitTests {
    /// Put together here, so that this file does not break its own rule.
    private static let words = ["TO" + "DO", "FIX" + "ME", "try" + "!"]

    @Test("Nothing is left for later, and no error is wished away")
    func words() {
        for file in SourceTree.all {
            for (number, line) in file.lines.enumerated()
            where Self.words.contains(where: line.contains) {
                Issue.record("\(file.path):\(number + 1): \(line)")
            }
        }
    }

    @Test("Where an error is dropped, a comment says why that is right")
    func droppedErrors() {
        let drop = [" ", "("].map { "\($0)try" + "? " }
        for file in SourceTree.shipped {
            for (number, line) in file.lines.enumerated() where isDrop(line, drop) {
                let above = number > 0 ? file.lines[number - 1] : ""
                if !line.contains("// ") && !above.contains("// ") {
                    Issue.record("\(file.path):\(number + 1): \(line)")
                }
            }
        }
    }

    private func isDrop(_ line: String, _ drops: [String]) -> Bool {
        drops.contains(where: line.contains) && !line.drop { $0 == " " }.hasPrefix("//")
    }

    /// Put together here, so that this file does not break its own rule.
    private static let blocking = [
        "Command" + "Run(", "Running" + "Command(", "Function" + "Run(", "Program" + "Run(",
        "Loopback" + "Server(", "Name" + "Server(", "LocalCloud" + ".shared", " Pro" + "cess()",
    ]

    @Test("A suite that waits for a process, a server or a world has threads of its own")
    func waiting() {
        let suites = SourceTree.swift.filter { $0.path.hasSuffix("Tests.swift") }
        let blocking = suites.filter { Self.blocking.contains(where: $0.text.contains) }
        #expect(blocking.count > 40)
        for file in blocking {
            let suite = file.lines.first { $0.hasPrefix("@Suite(") } ?? ""
            #expect(suite.contains(".waiting"), "\(file.path)")
        }
    }

    @Test("Tests leave the writing of a program to a child: one that is open cannot be started")
    func programs() {
        for file in SourceTree.swift where !file.path.hasSuffix("/ScratchFolder.swift") {
            #expect(!file.text.contains("0o7" + "55"), "\(file.path) can use ScratchFolder.program")
        }
    }

    @Test("No path of one person's machine is in the tree")
    func machinePaths() {
        let paths = ["/wo" + "rk/", "/ho" + "me/", "/ro" + "ot/", "/Us" + "ers/"]
        for file in SourceTree.all {
            for (number, line) in file.lines.enumerated()
            where paths.contains(where: line.contains) {
                Issue.record("\(file.path):\(number + 1): \(line)")
            }
        }
    }

    @Test("Every type says what it is for")
    func documented() {
        for file in SourceTree.shipped {
            for (number, line) in file.lines.enumerated() where isTopLevelType(line) {
                var above = number - 1
                while above >= 0, file.lines[above].hasPrefix("@") { above -= 1 }
                if above < 0 || !file.lines[above].hasPrefix("///") {
                    Issue.record("\(file.path):\(number + 1): \(line)")
                }
            }
        }
    }

    /// Put together here, so that this file does not break its own rule.
    private static let ownedByText = [
        "0123456789abcdef", "0123456789ABCDEF", "+ 10" + "\n", "| 0x" + "20", "time" + "gm(",
        "gm" + "time", "strf" + "time", "strp" + "time", "\"Ja" + "n\"", "lower" + "cased()",
        "0x30..." + "0x39", #"ascii: "0")..."# + #"UInt8(ascii: "9")"#,
    ]

    @Test("Hexadecimal digits, ASCII letters and dates are read and written in one module")
    func sharedText() {
        for file in SourceTree.shipped where file.module != "Text" {
            for (number, line) in file.lines.enumerated()
            where Self.ownedByText.contains(where: "\(line)\n".contains) {
                Issue.record("\(file.path):\(number + 1): \(line)")
            }
        }
    }

    @Test("A documentation comment says what something is, and asks nothing")
    func statements() {
        for file in SourceTree.swift {
            for (number, line) in file.lines.enumerated()
            where line.drop(while: { $0 == " " }).hasPrefix("///")
                && (line.hasSuffix("?") || line.contains("? "))
            {
                Issue.record("\(file.path):\(number + 1): \(line)")
            }
        }
    }

    private func isTopLevelType(_ line: String) -> Bool {
        line.firstMatch(
            of: /^(?:package |private |fileprivate |final )*(?:struct|enum|class|protocol)\b/)
            != nil
    }
}
