import ArgumentParser
import TestSupport
import Testing

@testable import ses_mail

/// The options that every command has stand before its name too.
@Suite(.waiting)
struct GlobalOptionTests {
    private func options(_ arguments: [String]) throws -> CommonOptions? {
        (try SESMail.parseAsRoot(arguments) as? any DeploymentCommand)?.options
    }

    @Test(
        "Before the command, behind it, or in both places with the same value",
        arguments: [
            [
                "--env", "prod", "--region", "eu-west-1", "--profile", "p", "--json", "rules",
                "list",
            ],
            ["rules", "--env=prod", "--region=eu-west-1", "--profile=p", "--json", "list"],
            ["rules", "list", "--env", "prod", "--region", "eu-west-1", "--profile=p", "--json"],
            [
                "--env=prod", "--json", "--profile", "p", "rules", "list", "--env", "prod",
                "--region", "eu-west-1", "--json", "--profile=p",
            ],
        ])
    func places(arguments: [String]) throws {
        let options = try #require(try options(arguments))
        #expect(options.env == .prod)
        #expect(options.region == "eu-west-1")
        #expect(options.profile == "p")
        #expect(options.json)
        let printed = FollowUp(options, for: .prod).command("doctor")
        #expect(printed == "ses-mail doctor --env prod --profile p --region eu-west-1")
    }

    @Test("Without them, none is given")
    func none() throws {
        let options = try #require(try options(["rules", "show", "*"]))
        #expect(options.env == nil && options.region == nil && options.profile == nil)
        #expect(!options.json)
    }

    @Test(
        "Two values of one option are a wrong usage that names both",
        arguments: [
            (["--env", "prod", "rules", "list", "--env", "test"], "--env is given twice, as prod"),
            (["rules", "list", "--env=prod", "--env=test"], "--env is given twice, as prod and"),
            (["--profile", "a", "doctor", "--profile", "b"], "--profile is given twice, as a and"),
            (["--region=a-b-1", "doctor", "--region=a-b-2"], "--region is given twice, as a-b-1"),
            (["--env", "production", "doctor"], "The value 'production' is invalid"),
            (["--nonsense", "doctor"], "Unknown option '--nonsense'"),
        ])
    func conflict(arguments: [String], words: String) throws {
        let run = try CommandRun(arguments, environment: ConventionTests.keys)
        #expect(run.status == 64)
        #expect(run.complaint.contains("Error: \(words)"), "\(run.complaint)")
        #expect(run.output.isEmpty)
    }

    @Test("A value that looks like an option of these stays with its own option")
    func description() throws {
        let words = ["rules", "set", "a@b.example", "store", "--description=--env prod"]
        let command = try #require(try SESMail.parseAsRoot(words) as? RulesSet)
        #expect(command.flags.description == "--env prod")
        #expect(command.options.env == nil)
    }

    @Test("The two words for deleting are understood by both commands that delete")
    func aliases() throws {
        for word in ["remove", "delete"] {
            let rule = try SESMail.parseAsRoot(["rules", word, "a@b.example"])
            #expect(rule is RulesRemove)
            #expect(try SESMail.parseAsRoot(["smtp", word, "john"]) is SMTPDelete)
        }
    }
}
