import ArgumentParser
import Foundation
import TestSupport
import Testing

@testable import ses_mail

/// The commands in the manuals, which an operator pastes.
struct ManualTests {
    /// What stands for something of the reader's own.
    private static let placeholders = [
        ("THE-SES-ID", "o3vrnil0e2ic28trm7dfhrc2v0clambda4nbp0g1"),
        ("THE-ID", "o3vrnil0e2ic28trm7dfhrc2v0clambda4nbp0g1"), ("ADDRESS", "me@gmail.com"),
        ("FUNCTION", "bouncer"), ("NAME", "john.doe"), ("MESSAGE-ID", "m"),
    ]

    /// The commands in the blocks of a manual, without comments and without where they write to.
    static func commands(in manual: String) -> [String] {
        var isBlock = false
        var commands: [String] = []
        for line in manual.split(separator: "\n") {
            let line = line.trimmingCharacters(in: .whitespaces)
            if line.hasPrefix("```") { isBlock.toggle() }
            guard isBlock else { continue }
            let code = line.components(separatedBy: "  #")[0].components(separatedBy: " > ")[0]
            commands += code.components(separatedBy: " && ")
                .map { $0.trimmingCharacters(in: .whitespaces) }
                .filter { $0.hasPrefix("ses-mail ") }
        }
        return commands
    }

    @Test("Every command in a manual's block is one", arguments: ["README.md", "OPERATIONS.md"])
    func parses(name: String) throws {
        let manual = try String(
            contentsOf: Repository.root.appending(path: name), encoding: .utf8)
        let commands = Self.commands(in: manual)
        #expect(commands.count > 10)
        for command in commands {
            let filled = Self.placeholders.reduce(command) {
                $0.replacingOccurrences(of: $1.0, with: $1.1)
            }
            // No quoted word of the manuals holds a quotation mark.
            let words = filled.components(separatedBy: "'").enumerated().flatMap { part in
                part.offset.isMultiple(of: 2)
                    ? part.element.split(separator: " ").map(String.init) : [part.element]
            }.map { $0.replacingOccurrences(of: "$ENV", with: "test") }
            guard words.count > 1, !words[1].hasPrefix("--generate-completion") else { continue }
            #expect(throws: Never.self, "\(command)") {
                _ = try SESMail.parseAsRoot(Array(words.dropFirst()))
            }
        }
    }

    /// The commands of a manual's blocks, block by block.
    private static func blocks(of manual: String) -> [[Substring]] {
        manual.components(separatedBy: "```").enumerated().filter { !$0.offset.isMultiple(of: 2) }
            .map { $0.element.split(separator: "\n") }
    }

    /// Whether a block that is pasted at once plans, and carries the plan out before it is read.
    private static func appliesUnread(_ block: [Substring]) -> Bool {
        let words = block.joined(separator: "\n")
        guard let plan = words.range(of: "make plan") else { return false }
        return ["make apply", "make destroy"].contains { words[plan.upperBound...].contains($0) }
    }

    @Test(
        "No manual applies a plan that nobody could read",
        arguments: ["README.md", "OPERATIONS.md", "terraform/modules/ses-mail/README.md"])
    func plans(name: String) throws {
        for block in Self.blocks(of: try Repository.text(name)) {
            #expect(!Self.appliesUnread(block), "\(block.joined(separator: "\n"))")
        }
        #expect(Self.appliesUnread(["make plan ENV=prod && make apply ENV=prod"]))
        #expect(Self.appliesUnread(["make plan-destroy ENV=prod", "make destroy ENV=prod"]))
        #expect(!Self.appliesUnread(["make apply ENV=prod", "make plan ENV=prod"]))
    }

    @Test("A command that does not exist is found")
    func finds() {
        let manual = "x\n```bash\nses-mail rules lisst   # a, b\n```\nses-mail not here\n"
        #expect(Self.commands(in: manual) == ["ses-mail rules lisst"])
        #expect(throws: (any Error).self) { try SESMail.parseAsRoot(["rules", "lisst"]) }
    }
}
