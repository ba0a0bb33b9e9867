import Foundation
import TestSupport
import Testing

/// A document in Markdown that people read.
struct Manual: Sendable, CustomTestStringConvertible {
    /// From the repository's root.
    let path: String
    let text: String

    var testDescription: String { path }

    init(path: String, text: String) {
        self.path = path
        self.text = text
    }

    /// Every document but what others wrote.
    static let all: [Manual] = {
        let root = Repository.root
        let names = ["", "docs/"].flatMap { folder in
            ((try? FileManager.default.contentsOfDirectory(
                atPath: root.appending(path: folder).path)) ?? [])
                .filter { $0.hasSuffix(".md") }.map { folder + $0 }
        }
        let others = ["terraform/modules/ses-mail/README.md", "scripts/local_cloud/README.md"]
        return (names.sorted() + others).compactMap { path in
            (try? Repository.text(path)).map { Manual(path: path, text: $0) }
        }
    }()

    /// The lines of each block of code.
    var blocks: [[String]] {
        text.components(separatedBy: "```").enumerated().filter { !$0.offset.isMultiple(of: 2) }
            .map { $0.element.components(separatedBy: "\n") }
    }

    /// The text without its code.
    var prose: String {
        text.components(separatedBy: "```").enumerated().filter { $0.offset.isMultiple(of: 2) }
            .map(\.element).joined().replacing(/`[^`\n]*`/, with: "")
    }

    /// Where the links lead, as they are written.
    var links: [String] {
        prose.matches(of: /\]\(([^)\s]+)\)/).map { String($0.output.1) }
    }

    /// The anchors of its headings, as GitHub makes them.
    var anchors: Set<String> {
        let lines = text.components(separatedBy: "```").enumerated()
            .filter { $0.offset.isMultiple(of: 2) }
            .flatMap { $0.element.components(separatedBy: "\n") }
        return Set(lines.filter { $0.contains(/^#+\s/) }.map(Self.anchor))
    }

    private static func anchor(of heading: String) -> String {
        let kept = heading.drop { $0 == "#" }.dropFirst().lowercased().filter {
            $0.isLetter || $0.isNumber || " -_".contains($0)
        }
        return kept.replacing(" ", with: "-")
    }

    /// What the first cell of each row of a table names, where it is nothing but names, and the
    /// rest of that row.
    var rows: [(names: [String], rest: String)] {
        text.matches(of: /(?m)^\| (`\w+`(?:, `\w+`)*) \|(.*)$/).map { match in
            let names = match.output.1.split(separator: ", ").map { $0.filter { $0 != "`" } }
            return (names, String(match.output.2))
        }
    }
}
