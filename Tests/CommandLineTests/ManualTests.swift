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
    static func commands(in manual: Manual) -> [String] {
        manual.blocks.joined().flatMap { line in
            line.components(separatedBy: "  #")[0].components(separatedBy: " > ")[0]
                .components(separatedBy: " && ")
                .map { $0.trimmingCharacters(in: .whitespaces) }
                .filter { $0.hasPrefix("ses-mail ") }
        }
    }

    /// The arguments of a command, with the reader's own filled in.
    static func arguments(of command: String) -> [String] {
        let filled = placeholders.reduce(command) {
            $0.replacingOccurrences(of: $1.0, with: $1.1)
        }
        // No quoted word of the manuals holds a quotation mark.
        let words = filled.components(separatedBy: "'").enumerated().flatMap { part in
            part.offset.isMultiple(of: 2)
                ? part.element.split(separator: " ").map(String.init) : [part.element]
        }
        return words.dropFirst().map { $0.replacingOccurrences(of: "$ENV", with: "test") }
    }

    @Test("Every command in a manual's block is one", arguments: Manual.all)
    func parses(manual: Manual) {
        for command in Self.commands(in: manual) {
            let arguments = Self.arguments(of: command)
            guard let first = arguments.first, !first.hasPrefix("--generate-completion") else {
                continue
            }
            #expect(throws: Never.self, "\(command)") {
                _ = try SESMail.parseAsRoot(arguments)
            }
        }
    }

    @Test("The manuals have commands, and every page that there is is looked at")
    func found() {
        let commands = Manual.all.map { ($0.path, Self.commands(in: $0).count) }
        for path in ["OPERATIONS.md", "docs/rules.md", "docs/send.md"] {
            #expect(commands.contains { $0.0 == path && $0.1 > 4 }, "\(path)")
        }
        #expect(commands.map(\.1).reduce(0, +) > 100)
    }

    /// Whether a block that is pasted at once plans, and carries the plan out before it is read.
    private static func appliesUnread(_ block: [String]) -> Bool {
        let words = block.joined(separator: "\n")
        guard let plan = words.range(of: "make plan") else { return false }
        return ["make apply", "make destroy"].contains { words[plan.upperBound...].contains($0) }
    }

    @Test("No manual applies a plan that nobody could read", arguments: Manual.all)
    func plans(manual: Manual) {
        for block in manual.blocks {
            #expect(!Self.appliesUnread(block), "\(block.joined(separator: "\n"))")
        }
    }

    @Test("A block that plans and applies at once is found")
    func findsPlans() {
        #expect(Self.appliesUnread(["make plan ENV=prod && make apply ENV=prod"]))
        #expect(Self.appliesUnread(["make plan-destroy ENV=prod", "make destroy ENV=prod"]))
        #expect(!Self.appliesUnread(["make apply ENV=prod", "make plan ENV=prod"]))
    }

    @Test("A command that does not exist is found")
    func finds() {
        let text = "x\n```bash\nses-mail rules lisst   # a, b\n```\nses-mail not here\n"
        let manual = Manual(path: "a.md", text: text)
        #expect(Self.commands(in: manual) == ["ses-mail rules lisst"])
        #expect(throws: (any Error).self) { try SESMail.parseAsRoot(["rules", "lisst"]) }
    }
}
