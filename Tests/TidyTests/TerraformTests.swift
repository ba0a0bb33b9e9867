import Foundation
import TestSupport
import Testing

/// What Terraform says to people is said of the right thing, and the same everywhere.
struct TerraformTests {
    @Test("A refused value is told by its variable's name, with what to do about it")
    func validations() throws {
        let variables = try Self.variables(in: Self.roots)
        let messages = variables.flatMap { variable in
            variable.block.matches(of: /(?m)^ +error_message = "(.*)"$/)
                .map { (variable.name, String($0.output.1)) }
        }
        #expect(messages.count >= 25)
        for (name, message) in messages {
            #expect(message.contains(name), "\(name): \(message)")
            let tells = message.contains(/must|[Rr]emove|[Cc]hoose|add it/)
            #expect(tells, "\(name): \(message)")
        }
    }

    @Test("Every validation has a message, and every variable a description")
    func complete() throws {
        for variable in try Self.variables(in: Self.roots) {
            let validations = variable.block.matches(of: /(?m)^  validation \{/).count
            let messages = variable.block.matches(of: /(?m)^ +error_message +=/).count
            #expect(validations == messages, "\(variable.name)")
            #expect(variable.description != nil, "\(variable.name)")
        }
    }

    @Test("A plan warns of the regions that doctor warns of, and the manual names the others")
    func regions() throws {
        let lists = try [
            ("terraform/modules/ses-mail/locals.tf", /(?s)receiving_regions = \[(.*?)\]/),
            ("Sources/ses-mail/Doctor/AccountChecks.swift", /(?s)known: Set<String> = \[(.*?)\]/),
        ].map { path, pattern in
            let list = try #require(try Repository.text(path).firstMatch(of: pattern)?.output.1)
            return Set(list.matches(of: /"([a-z0-9-]+)"/).map { String($0.output.1) })
        }
        #expect(lists[0].count >= 10)
        #expect(lists[0] == lists[1])
        let manual = try Repository.text("docs/deploy.md")
        let named = try #require(
            manual.firstMatch(of: /(?s)SES receives mail in these only.*?\n\n(.*?)\n\n/)?.output.1)
        #expect(Set(named.matches(of: /`([a-z0-9-]+)`/).map { String($0.output.1) }) == lists[0])
    }

    @Test("Every environment puts the same four tags on everything")
    func tags() throws {
        for environment in ["test", "prod", "local"] {
            let main = try Repository.text("terraform/environments/\(environment)/main.tf")
            let pattern = /(?s)\n  tags = merge\(var.tags, \{\n(.*?)\n  \}\)/
            let block = main.firstMatch(of: pattern)?.output.1 ?? ""
            let tags = block.matches(of: /(?m)^ +(\w+) += (.*)$/).map {
                "\($0.output.1)=\($0.output.2)"
            }
            #expect(
                tags == [
                    "Project=\"ses-mail\"", "ManagedBy=\"terraform\"",
                    "Environment=local.environment",
                    "Application=\"ses-mail-${local.environment}\"",
                ], "\(environment)")
            let providers = main.matches(of: /(?m)^provider "aws" \{/).count
            let tagging = main.matches(of: /default_tags \{\n +tags = local\.tags/).count
            #expect(providers == 2 && tagging == 2, "\(environment)")
        }
    }

    @Test("The module's README names every metric, and says of each variable what the module says")
    func readme() throws {
        let readme = try Repository.text("terraform/modules/ses-mail/README.md")
        let counted = SourceTree.shipped.flatMap { file in
            file.text.matches(of: /: MetricName = "(\w+)"/).map { String($0.output.1) }
        }
        #expect(counted.count >= 16)
        for name in counted {
            #expect(readme.contains("`\(name)`"), "\(name)")
        }
        for variable in try Self.variables(in: ["modules/ses-mail"]) {
            let row = readme.components(separatedBy: "\n")
                .first { $0.hasPrefix("| `\(variable.name)` |") }
            let isSame = row?.hasSuffix("| \(variable.description ?? "") |") ?? false
            #expect(isSame, "\(variable.name)")
        }
    }
}

extension TerraformTests {
    private static let roots = [
        "modules/ses-mail", "account", "environments/local",
    ]

    /// A variable, as its block in a `.tf` file declares it.
    private struct Variable {
        let name: String
        let block: String

        var description: String? {
            block.firstMatch(of: /(?m)^  description = "(.*)"$/).map {
                String($0.output.1).replacing("\\\"", with: "\"")
            }
        }
    }

    private static func variables(in folders: [String]) throws -> [Variable] {
        let files = SourceTree.all.filter { file in
            folders.contains { file.path.hasPrefix("terraform/\($0)/variables") }
        }
        try #require(files.count >= folders.count)
        return files.flatMap { file in
            file.text.matches(of: /(?ms)^variable "(\w+)" \{\n(.*?)^\}$/).map {
                Variable(name: String($0.output.1), block: String($0.output.2))
            }
        }
    }
}
