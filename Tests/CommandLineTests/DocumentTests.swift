import Foundation
import JSON
import Mail
import TestSupport
import Testing

@testable import ses_mail

/// The documents agree with each other and with what they describe.
struct DocumentTests {
    @Test("Every link leads to a file or a heading that is there", arguments: Manual.all)
    func links(manual: Manual) {
        for link in manual.links where !link.hasPrefix("https://") {
            #expect(Self.target(of: link, in: manual) != nil, "\(manual.path): \(link)")
        }
    }

    @Test("A link to a file or a heading that is missing is found")
    func findsLinks() {
        let manual = Manual(
            path: "docs/a.md", text: "## What it is, really?\n[a](#what-it-is-really) `[b](#b)`\n")
        #expect(manual.links == ["#what-it-is-really"])
        #expect(Self.target(of: "#what-it-is-really", in: manual) != nil)
        #expect(Self.target(of: "#what-it-is", in: manual) == nil)
        #expect(Self.target(of: "../README.md", in: manual) != nil)
        #expect(Self.target(of: "README.md", in: manual) == nil)
        #expect(Self.target(of: "../OPERATIONS.md#no-such-heading", in: manual) == nil)
    }

    /// What a link leads to; nil where there is nothing.
    private static func target(of link: String, in manual: Manual) -> String? {
        let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        guard !parts[0].isEmpty else {
            return manual.anchors.contains(String(parts[1])) ? manual.path : nil
        }
        let folder = Repository.root.appending(path: manual.path).deletingLastPathComponent()
        let file = folder.appending(path: String(parts[0])).standardizedFileURL
        guard FileManager.default.fileExists(atPath: file.path) else { return nil }
        guard parts.count == 2 else { return file.path }
        let other = try? String(contentsOf: file, encoding: .utf8)
        let anchors = Manual(path: file.path, text: other ?? "").anchors
        return anchors.contains(String(parts[1])) ? file.path : nil
    }

    @Test("Every metric, variable and attribute of a rule is explained in one table, once")
    func explainedOnce() {
        let rows = Manual.all.flatMap(\.rows)
        for metric in CountedMetric.allCases {
            let found = rows.filter { $0.names.contains(metric.rawValue) }
            #expect(found.count == 1, "\(metric.rawValue)")
        }
        let attributes = rows.filter { $0.rest.contains(/^ (?:text|truth value|list|map)/) }
            .flatMap(\.names)
        #expect(attributes.sorted() == RoutingRule.attributeNames.sorted())
        let variables = rows.filter {
            $0.rest.contains(/^ `(?:string|bool|number|list|map|object)\b/)
        }.flatMap(\.names)
        #expect(variables.count > 40)
        #expect(Set(variables).count == variables.count)
    }

    @Test("Every setting in a block of Terraform is a variable")
    func settings() throws {
        let folder = "terraform/modules/ses-mail"
        let files = try FileManager.default.contentsOfDirectory(
            atPath: Repository.root.appending(path: folder).path)
        var text = try Repository.text("terraform/environments/shared/deployment.tf")
        for file in files where file.hasPrefix("variables") {
            text += try Repository.text("\(folder)/\(file)")
        }
        let variables = Set(text.matches(of: /(?m)^variable "(\w+)"/).map { String($0.output.1) })
        let blocks = Manual.all.flatMap(\.blocks).filter { $0.first == "hcl" }
        let settings = blocks.flatMap { $0 }.compactMap { line in
            line.prefixMatch(of: /(\w+) +=/).map { String($0.output.1) }
        }
        #expect(settings.count > 12)
        for setting in settings {
            #expect(variables.contains(setting), "\(setting)")
        }
    }

    @Test("Every target of make in a manual is one")
    func targets() throws {
        let makefiles =
            try Repository.text("Makefile") + Repository.text("scripts/deploy.mk")
        let targets = Set(
            makefiles.matches(of: /(?m)^([a-z][a-z -]*):(?! export)/).flatMap { match in
                match.output.1.split(separator: " ").map(String.init)
            })
        var named: [String] = []
        for line in Manual.all.flatMap(\.blocks).flatMap({ $0 }) {
            let words = line.split(separator: " ").map(String.init)
            guard words.first == "make" else { continue }
            named += words.dropFirst().prefix { !["#", ">", "|"].contains($0) }
                .filter { !$0.contains("=") }
        }
        #expect(named.count > 20)
        for target in named {
            #expect(targets.contains(target), "make \(target)")
        }
    }

    @Test("Every command is in a manual")
    func commands() {
        let blocks = Manual.all.flatMap(ManualTests.commands)
        let tables = Manual.all.flatMap { $0.text.components(separatedBy: "\n") }
            .filter { $0.hasPrefix("|") }
        for name in EveryCommand.names {
            let words = name.joined(separator: " ")
            let isShown = blocks.contains { "\($0) ".hasPrefix("ses-mail \(words) ") }
            let isListed = tables.contains { row in
                row.contains("`\(words)") || row.contains("`ses-mail \(words)")
            }
            #expect(isShown || isListed, "\(words)")
        }
    }

    @Test("What names a price says of when it is", arguments: Manual.all)
    func prices(manual: Manual) {
        let isPriced = manual.text.contains(/\d USD|USD \d|\$\d+\.\d|\d US dollars?/)
        let isDated = manual.text.contains(/20\d\d-\d\d-\d\d|[A-Z][a-z]+ 20\d\d/)
        #expect(!isPriced || isDated)
    }

    /// The service of a resource, where it is not the word after `aws_`.
    private static let services = [
        "cloudwatch_event": "events", "cloudwatch_log": "logs", "cloudwatch_query": "logs",
        "resourcegroups": "resource-groups", "servicecatalogappregistry": "servicecatalog",
    ]

    @Test("The policy of who deploys names every service that Terraform makes something of")
    func deployer() throws {
        let policy = try JSONValue(parsing: Repository.text("docs/deployer-policy.json"))
        let actions = (policy["Statement"]?.array ?? []).flatMap { statement in
            statement["Action"]?.array?.compactMap(\.string)
                ?? [statement["Action"]?.string].compactMap { $0 }
        }
        let granted = Set(actions.compactMap { $0.split(separator: ":").first.map(String.init) })
        #expect(granted.count > 15)
        let kinds = try ["modules/ses-mail", "account"].flatMap { folder in
            let path = Repository.root.appending(path: "terraform/\(folder)")
            return try FileManager.default.contentsOfDirectory(atPath: path.path)
                .filter { $0.hasSuffix(".tf") }.flatMap { name in
                    try Repository.text("terraform/\(folder)/\(name)")
                        .matches(of: /(?m)^resource "aws_(\w+)"/).map { String($0.output.1) }
                }
        }
        #expect(Set(kinds).count > 40)
        for kind in Set(kinds) {
            let other = Self.services.first { kind.hasPrefix($0.key) }?.value
            let service = other ?? String(kind.prefix { $0 != "_" })
            #expect(granted.contains(service), "\(kind) needs \(service)")
        }
    }
}
