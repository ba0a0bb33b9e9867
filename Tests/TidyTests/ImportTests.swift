import Testing

struct ImportTests {
    /// The libraries that a module may know. Nothing that ships has Foundation, which doubles a
    /// bootstrap and costs most of its CPU.
    private static let allowed: [String: Set<String>] = [
        "Text": [],
        "JSON": ["Text"],
        "Process": ["Glibc", "Synchronization", "Text"],
        "HTTP": ["CCurl", "COpenSSL", "Glibc", "Text"],
        "AWS": ["COpenSSL", "HTTP", "JSON", "Process", "Text"],
        "Lambda": ["HTTP", "JSON", "Logging", "Process", "Text"],
        "Mail": ["JSON", "Text"],
        "Delivery": ["AWS", "JSON", "Lambda", "Logging", "Mail", "Text"],
        "Gmail": ["HTTP", "JSON", "Text"],
        "Mailboxes": ["AWS", "Gmail", "HTTP", "Lambda", "Logging", "Mail", "Process"],
        "SMTPCredentials": ["AWS", "HTTP", "JSON", "Text"],
        // The operator's command line runs on no Lambda.
        "ses-mail": [
            "AWS", "ArgumentParser", "CExpat", "CResolv", "CZlib", "Gmail", "HTTP", "JSON", "Mail",
            "Process", "SMTPCredentials", "Submission", "Synchronization", "Text",
        ],
        // SMTP, which no function speaks and none is to carry.
        "Submission": ["CCurl", "HTTP"],
    ]

    /// Functions know the libraries, and neither each other nor the C below.
    private static let allowedInFunctions: Set<String> = [
        "AWS", "Delivery", "Gmail", "HTTP", "JSON", "Lambda", "Logging", "Mail", "Mailboxes",
        "Process", "SMTPCredentials", "Text",
    ]

    @Test("No module knows more than it may")
    func imports() {
        for file in SourceTree.shipped {
            let isFunction = SourceTree.functions.contains(file.module)
            guard
                let allowed = Self.allowed[file.module]
                    ?? (isFunction ? Self.allowedInFunctions : nil)
            else {
                Issue.record("nothing says what \(file.module) may import")
                continue
            }
            for name in imports(of: file) where !allowed.contains(name) {
                Issue.record("\(file.path) imports \(name)")
            }
        }
    }

    @Test("The system is called in Process, and by the way to other machines in HTTP, alone")
    func systemCalls() {
        let libraries: Set = ["Android", "Darwin", "Foundation", "Glibc", "Musl"]
        let callers = SourceTree.shipped.filter { !libraries.isDisjoint(with: imports(of: $0)) }
        #expect(Set(callers.map(\.module)) == ["HTTP", "Process"])
    }

    @Test("The environment, the clocks and the end of the process are asked for in one module")
    func surroundings() {
        let calls = [
            "getenv(", "clock_gettime(", "time(nil)", "Glibc.exit(", " exit(1)", " exit(0)",
        ]
        for file in SourceTree.shipped where file.module != "Process" && file.module != "HTTP" {
            for (number, line) in file.lines.enumerated()
            where calls.contains(where: line.contains) {
                Issue.record("\(file.path):\(number + 1): \(line)")
            }
        }
    }

    @Test("Package.swift gives each target what it imports, and nothing else")
    func edges() throws {
        let declared = try Self.declaredEdges()
        var imported: [String: Set<String>] = [:]
        for file in SourceTree.swift {
            imported[file.module, default: []].formUnion(imports(of: file))
        }
        let ours = Set(declared.keys)
            .union(["CCurl", "CExpat", "COpenSSL", "CResolv", "CZlib"])
            .union(["Logging", "ArgumentParser"])
        for (target, edges) in declared {
            let needed = (imported[target] ?? []).map { $0.replacing("_", with: "-") }
            // CHypot is linked for a symbol, and has nothing to import.
            let surplus = edges.subtracting(needed).subtracting(["CHypot"])
            #expect(surplus.isEmpty, "\(target) does not import \(surplus.sorted())")
            let lacking = ours.intersection(needed).subtracting(edges)
            #expect(lacking.isEmpty, "\(target) imports \(lacking.sorted())")
        }
    }

    /// The dependencies of each target, as Package.swift lists them after its name.
    private static func declaredEdges() throws -> [String: Set<String>] {
        let manifest = try #require(SourceTree.all.first { $0.path == "Package.swift" })
        var edges: [String: Set<String>] = [:]
        let lists = /"([\w-]+)"(?:,\s*dependencies)?:\s*\[([^\]]*)\]/
        for match in manifest.text.matches(of: lists) {
            let names = match.output.2.matches(of: /"([\w-]+)"/).map { String($0.output.1) }
            let products = [("logging", "Logging"), ("argumentParser", "ArgumentParser")]
                .filter { match.output.2.contains($0.0) }.map(\.1)
            edges[String(match.output.1)] = Set(names + products)
        }
        for module in Set(SourceTree.swift.map(\.module)).subtracting([""])
        where edges[module] == nil {
            edges[module] = []
        }
        try #require(edges.count > 25)
        return edges
    }

    @Test("An import says who else sees it")
    func access() {
        for file in SourceTree.shipped {
            for line in file.lines where line.trimmed.hasPrefix("import ") {
                Issue.record("\(file.path): \(line)")
            }
        }
    }

    @Test("Nothing is public: every user of a module is in this package")
    func openness() {
        for file in SourceTree.shipped {
            for line in file.lines where line.trimmed.hasPrefix("public ") {
                Issue.record("\(file.path): \(line)")
            }
        }
    }

    private func imports(of file: SourceTree.File) -> [String] {
        file.lines.compactMap { line in
            line.firstMatch(of: /^\s*(?:@\w+ )*(?:package |internal |private )?import (\w+)/)
                .map { String($0.output.1) }
        }
    }
}

extension String {
    fileprivate var trimmed: Substring { drop { $0 == " " } }
}
