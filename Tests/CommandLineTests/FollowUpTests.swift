import ArgumentParser
import Foundation
import TestSupport
import Testing

@testable import ses_mail

/// Each command that a sentence prints can be pasted, and goes to the deployment that was meant.
struct FollowUpTests {
    private func followUp(_ words: [String], for name: EnvironmentName) throws -> FollowUp {
        FollowUp(try CommonOptions.parse(words), for: name)
    }

    @Test("A printed command carries exactly the options that were given, quoted for a shell")
    func given() throws {
        let all = try followUp(
            ["--env", "prod", "--profile", "it's mine", "--region", "eu-west-1"], for: .prod)
        let options = "--profile 'it'\\''s mine' --region eu-west-1"
        #expect(all.command("rules list") == "ses-mail rules list --env prod \(options)")
        #expect(all.aws("pipes list-pipes") == "aws pipes list-pipes \(options)")
        #expect(
            all.make("apply")
                == "AWS_PROFILE='it'\\''s mine' AWS_REGION=eu-west-1 make apply ENV=prod")
        let dashed = try followUp(["--profile=-x"], for: .prod)
        #expect(dashed.command("doctor") == "ses-mail doctor --profile=-x")
        let none = try followUp([], for: .test)
        #expect(none.command("rules list") == "ses-mail rules list")
        #expect(none.aws("pipes list-pipes") == "aws pipes list-pipes")
        #expect(none.make("apply") == "make apply ENV=test")
    }

    @Test("A command of the AWS CLI for the local deployment goes to no real account")
    func local() throws {
        let local = try followUp(["--env", "local", "--profile", "real"], for: .local)
        #expect(
            local.aws("pipes list-pipes")
                == "AWS_ACCESS_KEY_ID=testing AWS_SECRET_ACCESS_KEY=testing aws pipes list-pipes "
                + "--endpoint-url https://127.0.0.1:4566 --region ap-southeast-2")
        #expect(local.make("apply") == "make apply ENV=local")
    }

    /// What makes these commands, and what has only a profile to name in them.
    private static let exempt = ["FollowUp.swift", "CredentialSource.swift"]

    private static func sources() throws -> [(name: String, text: String)] {
        let folder = Repository.root.appending(path: "Sources/ses-mail")
        return try FileManager.default.subpathsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".swift") }.sorted()
            .map { ($0, try String(contentsOf: folder.appending(path: $0), encoding: .utf8)) }
    }

    /// A command in a sentence, whole or broken off at the end of a line.
    private static func isBare(_ line: Substring) -> Bool {
        let names =
            SESMail.configuration.subcommands
            .compactMap { $0.configuration.commandName }
            .filter { $0 != "test" } + ["test --"]
        let starts = names.map { "ses-mail \($0)" }
        return line.contains("\"")
            && (line.hasSuffix("ses-mail \"") || starts.contains { line.contains($0) }
                || line.contains(/\bmake [a-z-]+ ENV\b/) || line.contains(/\baws [a-z0-9-]+ [a-z]/))
    }

    @Test("No sentence spells a command out: each is made with the options that were given")
    func sentences() throws {
        for (name, text) in try Self.sources()
        where !Self.exempt.contains(where: name.hasSuffix) {
            var isHelp = false
            for line in text.split(separator: "\n") {
                if line.contains("\"\"\"") { isHelp.toggle() }
                if isHelp || line.contains("discussion:") || line.contains("//") { continue }
                #expect(!Self.isBare(line), "\(name): \(line)")
            }
        }
        #expect(Self.isBare(#"    "Look with: ses-mail rules list""#))
        #expect(Self.isBare(#"    "Look with: ses-mail ""#))
        #expect(Self.isBare(#"    "aws pipes start-pipe --name \(name)")"#))
        #expect(Self.isBare(#"    "aws logs tail \(group)")"#))
        #expect(Self.isBare(#"    "make init ENV=\(name)""#))
        #expect(!Self.isBare(#"    deployment.command("rules list")"#))
    }

    /// What stands for the value that a sentence puts in.
    private static func filled(_ words: String) -> [String] {
        let sample: (String) -> String = { expression in
            switch expression {
            case _ where expression.contains("AccountFix"): "transaction-search"
            case _ where expression.contains("function"): "bouncer"
            case _ where expression.contains("mailbox"), "owner": "me@gmail.com"
            case _ where expression.contains("hoice"), "name": "input"
            case _ where expression.contains("pattern"): "a@b.example"
            default: "john"
            }
        }
        let text = words.replacing(/\\\(((?:[^()]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))*)\)/) {
            sample(String($0.1))
        }
        return text.replacing("'", with: "").split(separator: " ").map { word in
            switch word {
            case "ADDRESS", "MAILBOX": "me@gmail.com"
            case "USER": "john"
            default: String(word)
            }
        }
    }

    @Test("Every command that a sentence prints is one, with the options behind it")
    func parses() throws {
        let options = ["--env", "prod", "--profile", "a b", "--region", "eu-west-1"]
        var count = 0
        for (name, text) in try Self.sources() {
            for match in text.matches(of: /\.command\(\s*"([a-z][^\n]*?)"\s*[,)+\n]/) {
                let words = Self.filled(String(match.1))
                count += 1
                #expect(throws: Never.self, "\(name): \(words.joined(separator: " "))") {
                    _ = try SESMail.parseAsRoot(words + options)
                }
            }
        }
        #expect(count >= 30)
    }
}
