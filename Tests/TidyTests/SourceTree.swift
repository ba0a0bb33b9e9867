import Foundation
import TestSupport

/// The files that people write here, as text.
enum SourceTree {
    struct File: Sendable {
        /// From the repository's root.
        let path: String
        let lines: [String]

        var text: String { lines.joined(separator: "\n") }
        /// `Sources/Mail/Mailbox.swift` → `Mail`
        var module: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }
        var isSwift: Bool { path.hasSuffix(".swift") }
        var isShipped: Bool { path.hasPrefix("Sources/") }
    }

    static let all: [File] = roots.flatMap(files).sorted { $0.path < $1.path }
    static let swift = all.filter(\.isSwift)
    static let shipped = swift.filter(\.isShipped)
    /// Executables have the names that they are deployed under.
    static let functions = Set(shipped.map(\.module).filter { $0.first?.isLowercase ?? false })

    /// The metrics that functions count, as often as one names them.
    static let countedMetrics = shipped.flatMap { file in
        file.text.matches(of: /: MetricName = "(\w+)"/).map { String($0.output.1) }
    }

    private static let roots = [
        "Sources", "Tests", "scripts", "terraform", ".ci", "Package.swift", "Makefile", "README.md",
        "OPERATIONS.md", "CONTRIBUTING.md", "SECURITY.md", "docs",
    ]

    /// What tools leave behind, what others wrote, and output that is kept to compare with.
    private static let ignoredFolders: Set<String> = [
        ".terraform", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", "Golden",
    ]

    private static func files(_ path: String) -> [File] {
        let url = Repository.root.appending(path: path)
        let children = try? FileManager.default.contentsOfDirectory(atPath: url.path)
        if let children {
            return children.filter { !ignoredFolders.contains($0) }
                .flatMap { files("\(path)/\($0)") }
        }
        // What is no text is nothing that people write.
        guard let text = try? String(contentsOf: url, encoding: .utf8) else { return [] }
        return [
            File(
                path: path,
                lines: text.split(separator: "\n", omittingEmptySubsequences: false).map(
                    String.init))
        ]
    }
}
