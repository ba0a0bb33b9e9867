import Testing

struct ImportTests {
    /// What each module may know; what is not named here it must not know. Nothing that ships has
    /// Foundation, which doubles a bootstrap and costs most of its CPU.
    private static let allowed: [String: Set<String>] = [
        "Text": [],
        "JSON": ["Text"],
        "HTTP": ["CCurl", "COpenSSL", "Glibc", "Text"],
        "AWS": ["HTTP", "JSON", "COpenSSL", "Glibc", "Text"],
        "Lambda": ["HTTP", "JSON", "Logging", "Glibc", "Synchronization", "Text"],
        "Mail": ["JSON", "Text"],
        "Delivery": ["AWS", "JSON", "Lambda", "Logging", "Mail", "Text"],
        "Gmail": ["HTTP", "JSON", "Text"],
        "SMTPCredentials": ["AWS", "HTTP", "JSON", "Text"],
        // The operator's command line runs on no Lambda.
        "ses-mail": [
            "AWS", "ArgumentParser", "CResolv", "Gmail", "Glibc", "HTTP", "JSON", "Mail",
            "SMTPCredentials", "Synchronization", "Text",
        ],
    ]

    /// Functions know the libraries, and neither each other nor the C below.
    private static let allowedInFunctions: Set<String> = [
        "AWS", "Delivery", "Gmail", "Glibc", "HTTP", "JSON", "Lambda", "Logging", "Mail",
        "SMTPCredentials", "Text",
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
