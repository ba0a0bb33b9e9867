import ArgumentParser
import Foundation
import TestSupport
import Testing

@testable import ses_mail

/// The user's configuration file: what it decides, what takes precedence over it, and what is said
/// of one that cannot be used.
@Suite(.waiting)
struct UserConfigurationTests {
    private static let text = """
        {
          "default_environment": "prod",
          "environments": {
            "prod": {"profile": "work", "region": "eu-north-1", "account": "123456789012"},
            "test": {"region": "eu-west-3"}
          }
        }
        """

    /// A home with this file, and an AWS CLI that knows the profiles `work` and `other`.
    private struct Home {
        let folder: ScratchFolder
        let server: LoopbackServer

        init(_ text: String = UserConfigurationTests.text, account: String = "123456789012") throws
        {
            folder = try ScratchFolder()
            try folder.file(".config/ses-mail/config.json", text)
            try folder.program(
                "bin/aws",
                """
                #!/bin/sh
                case "$*" in
                "configure export-credentials --format process --profile work")
                    echo '{"AccessKeyId": "AKIDWORK", "SecretAccessKey": "S"}' ;;
                "configure export-credentials --format process --profile other")
                    echo '{"AccessKeyId": "AKIDOTHER", "SecretAccessKey": "S"}' ;;
                "configure get region --profile other") echo us-east-1 ;;
                *) exit 255 ;;
                esac
                """)
            server = try LoopbackServer { request in
                let isIdentity = request.bodyText.contains("GetCallerIdentity")
                return isIdentity
                    ? .caller(account, arn: "arn:aws:iam::\(account):user/me")
                    : Answer(200, [], #"{"Items": []}"#)
            }
        }

        func run(_ arguments: [String], _ more: [String: String] = [:]) throws -> CommandRun {
            let base = [
                "HOME": folder.url.path, "PATH": folder.path("bin"),
                "AWS_ENDPOINT_URL": server.url, "AWS_MAX_ATTEMPTS": "1",
            ]
            return try CommandRun(arguments, environment: base.merging(more) { $1 })
        }

        /// The key and the region of each call.
        var scopes: [String] {
            server.requests.compactMap { request in
                request.header("Authorization")?.split(separator: "=")[1].split(separator: ",")[0]
                    .split(separator: "/").enumerated().filter { [0, 2].contains($0.offset) }
                    .map(\.element).joined(separator: " ")
            }
        }
    }

    @Test("The file names environment, profile, region and account, so that no option is needed")
    func file() throws {
        let home = try Home()
        defer { home.server.stop() }
        let run = try home.run(["rules", "list"])
        #expect(run.status == 0, "\(run.complaint)")
        #expect(home.scopes == ["AKIDWORK eu-north-1", "AKIDWORK eu-north-1"])
        #expect(home.server.requests.first?.bodyText.contains("GetCallerIdentity") == true)
        #expect(home.server.requests.last?.bodyText.contains("ses-email-routing-prod") == true)
    }

    @Test(
        "Options and variables take precedence over the file",
        arguments: [
            (["--env", "test"], ConventionTests.keys, ["AKIDEXAMPLE eu-west-1"]),
            ([], ["SES_MAIL_ENV": "test", "AWS_PROFILE": "other"], ["AKIDOTHER eu-west-3"]),
            (["--profile", "other"], [:], ["AKIDOTHER eu-north-1", "AKIDOTHER eu-north-1"]),
            ([], ["AWS_PROFILE": "other"], ["AKIDOTHER eu-north-1", "AKIDOTHER eu-north-1"]),
            (["--region", "eu-west-2"], [:], ["AKIDWORK eu-west-2", "AKIDWORK eu-west-2"]),
            ([], ["AWS_REGION": "eu-west-2"], ["AKIDWORK eu-west-2", "AKIDWORK eu-west-2"]),
            (
                [], ["AWS_DEFAULT_REGION": "eu-west-2"],
                ["AKIDWORK eu-west-2", "AKIDWORK eu-west-2"]
            ),
        ] as [([String], [String: String], [String])])
    func precedence(options: [String], variables: [String: String], scopes: [String]) throws {
        let home = try Home()
        defer { home.server.stop() }
        let run = try home.run(["rules", "list"] + options, variables)
        #expect(run.status == 0, "\(run.complaint)")
        #expect(home.scopes == scopes)
    }

    @Test("Credentials of another account end a command before anything else is asked")
    func account() throws {
        let home = try Home(account: "999999999999")
        defer { home.server.stop() }
        let path = home.folder.path(".config/ses-mail/config.json")
        for arguments in [["rules", "list"], ["doctor", "--profile", "other"]] {
            let run = try home.run(arguments)
            #expect(run.status == 3)
            #expect(
                run.sentence
                    == "ses-mail: The credentials belong to account 999999999999 "
                    + "(arn:aws:iam::999999999999:user/me), but the account of prod in \(path) is "
                    + "123456789012. Nothing was done: check --profile.")
        }
        #expect(home.server.requests.allSatisfy { $0.bodyText.contains("GetCallerIdentity") })
        #expect(home.server.requests.count == 2)
        let variable = try home.run(["rules", "list"], ["SES_MAIL_ACCOUNT_PROD": "999999999999"])
        #expect(variable.status == 0)
    }

    @Test("A printed command of ses-mail repeats nothing of the file; one of another program does")
    func followUps() throws {
        let place = UserConfiguration.Place(profile: "work", region: "eu-north-1", account: nil)
        let followUp = FollowUp(try CommonOptions.parse([]), for: .prod, configured: place)
        #expect(followUp.command("doctor") == "ses-mail doctor")
        #expect(
            followUp.aws("pipes list-pipes")
                == "aws pipes list-pipes --profile work --region eu-north-1")
        #expect(
            followUp.make("plan") == "AWS_PROFILE=work AWS_REGION=eu-north-1 make plan ENV=prod")
        let given = FollowUp(
            try CommonOptions.parse(["--env", "prod", "--profile", "other"]), for: .prod,
            configured: place)
        #expect(given.command("doctor") == "ses-mail doctor --env prod --profile other")
        #expect(given.make("plan") == "AWS_PROFILE=other AWS_REGION=eu-north-1 make plan ENV=prod")
    }

    @Test("The file is at XDG_CONFIG_HOME where that is absolute, and else in the home")
    func place() throws {
        let home = try Home(#"{"default_environment": "local"}"#)
        defer { home.server.stop() }
        try home.folder.file("xdg/ses-mail/config.json", Self.text)
        let elsewhere = try home.run(
            ["rules", "list"], ["XDG_CONFIG_HOME": home.folder.path("xdg")])
        #expect(elsewhere.status == 0)
        #expect(home.scopes.last == "AKIDWORK eu-north-1")
        for folder in ["", "relative"] {
            #expect(try home.run(["rules", "list"], ["XDG_CONFIG_HOME": folder]).status == 0)
            #expect(home.scopes.last?.hasPrefix("operator ") == true)
        }
        let none = try home.run(
            ["rules", "list"], ["XDG_CONFIG_HOME": home.folder.path("empty")])
        #expect(
            none.sentence
                == "ses-mail: Name the deployment: --env test, prod or local, or set SES_MAIL_ENV.")
    }

    @Test(
        "A file that cannot be used is one sentence that names the place, and nothing is asked",
        arguments: [
            ("[]", "it must be an object"),
            (#"{"environments": []}"#, "environments must be an object"),
            (
                #"{"default": "prod"}"#,
                "it may have default_environment and environments, not default"
            ),
            (
                #"{"default_environment": "live"}"#,
                #"default_environment must be "test", "prod" or "local""#
            ),
            (
                #"{"environments": {"local": {}}}"#,
                "environments may have test and prod, not local"
            ),
            (#"{"environments": {"prod": "work"}}"#, "prod must be an object"),
            (
                #"{"environments": {"prod": {"acount": "123456789012"}}}"#,
                "prod may have profile, region and account, not acount"
            ),
            (
                #"{"environments": {"prod": {"account": 123456789012}}}"#,
                "account of prod must be a text"
            ),
            (
                #"{"environments": {"test": {"account": "1234"}}}"#,
                "account of test must be twelve digits"
            ),
            (
                #"{"environments": {"test": {"region": "Sydney"}}}"#,
                #"region of test must be one like "eu-west-1""#
            ),
            (#"{"environments": {"test": {"profile": ""}}}"#, "profile of test must be a text"),
        ])
    func faults(text: String, words: String) throws {
        let home = try Home(text)
        defer { home.server.stop() }
        let path = home.folder.path(".config/ses-mail/config.json")
        let run = try home.run(["rules", "list", "--env", "prod"], ConventionTests.keys)
        #expect(run.status == 64)
        #expect(
            run.complaint == "ses-mail: The file \(path) is not valid: \(words). Correct it.\n")
        #expect(home.server.requests.isEmpty)
        // The emulated AWS needs nothing of the file.
        #expect(try home.run(["rules", "list", "--env", "local"]).status == 0)
    }

    @Test("A file that cannot be read, and one that is not JSON, are named")
    func unreadable() throws {
        let home = try Home(#"{"environments": {"#)
        defer { home.server.stop() }
        let path = home.folder.path(".config/ses-mail/config.json")
        let cut = try home.run(["rules", "list"])
        #expect(cut.status == 64)
        #expect(cut.sentence.hasPrefix("ses-mail: The file \(path) is not valid JSON: "))
        try FileManager.default.removeItem(atPath: path)
        try home.folder.file(".config/ses-mail/config.json/x", "")
        let folder = try home.run(["rules", "list"])
        #expect(
            folder.sentence == "ses-mail: The file \(path) cannot be read: Is a directory.")
        #expect(home.server.requests.isEmpty)
    }
}
