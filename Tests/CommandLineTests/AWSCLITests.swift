import Foundation
import TestSupport
import Testing

/// The AWS CLI, which is asked for a profile's credentials and region.
@Suite(.waiting)
struct AWSCLITests {
    private let folder: ScratchFolder

    init() throws {
        folder = try ScratchFolder()
    }

    /// `rules list` with an `aws` of this script.
    private func run(
        _ script: String, _ more: [String] = [], region: String? = "eu-west-1"
    ) throws -> CommandRun {
        try folder.program("aws", "#!/bin/sh\n\(script)\n")
        return try CommandRun(
            ["rules", "list", "--env", "test"] + more,
            environment: [
                "PATH": "\(folder.url.path):/usr/bin:/bin", "AWS_REGION": region ?? "",
            ])
    }

    @Test("Region and credentials of a profile are looked for at the same time")
    func together() throws {
        let meeting = folder.url.appending(path: "meeting").path
        #expect(mkfifo(meeting, 0o600) == 0)
        // Each waits until the other one runs.
        let run = try run(
            """
            case "$2" in
            export-credentials)
                timeout 60 cat \(meeting) >/dev/null || exit 1
                echo '{"Version": 1, "AccessKeyId": "A", "SecretAccessKey": "S"}' ;;
            get) timeout 60 sh -c 'echo here >\(meeting)'; echo nowhere ;;
            esac
            """, ["--profile", "p"], region: nil)
        #expect(run.status == 64)
        #expect(run.sentence.contains("is not valid (nowhere)"), "\(run.complaint)")
    }

    @Test("A session of the default profile that has ended is signed in again")
    func session() throws {
        let run = try run(
            """
            echo 'Error loading SSO Token: Token for default does not exist' >&2
            exit 255
            """)
        #expect(run.status == 3)
        #expect(
            run.sentence
                == "ses-mail: The AWS CLI's default profile is not signed in (Error loading SSO "
                + "Token: Token for default does not exist). Sign in with: aws sso login")
        let none = try self.run("echo 'Unable to locate credentials' >&2; exit 253")
        #expect(none.sentence.contains("There are no credentials (Unable to locate credentials): "))
    }

    @Test("An AWS CLI that is too old for its credentials is named, and its usage is kept back")
    func oldCLI() throws {
        let run = try run(
            """
            echo 'usage: aws [options] <command>' >&2
            echo 'aws: error: argument subcommand: Invalid choice, valid choices are:' >&2
            echo 'list | get' >&2
            exit 2
            """)
        #expect(run.status == 3)
        #expect(
            run.complaint
                == "ses-mail: The AWS CLI in PATH is too old to export credentials (aws "
                + "configure export-credentials): install AWS CLI 2, or set AWS_ACCESS_KEY_ID and "
                + "AWS_SECRET_ACCESS_KEY.\n")
    }

    @Test("Why the AWS CLI has no credentials is quoted in the one sentence")
    func reason() throws {
        let script = "echo >&2; echo 'The config profile (x) could not be found' >&2; exit 255"
        let named = try run(script, ["--profile", "x"])
        #expect(named.status == 3)
        #expect(
            named.complaint
                == "ses-mail: The AWS CLI has no credentials for the profile x (The config profile "
                + "(x) could not be found). Sign in with: aws sso login --profile x, or check "
                + "with: aws configure list --profile x\n")
        #expect(
            try run("echo 'Unable to locate credentials.' >&2; exit 253").complaint
                == "ses-mail: There are no credentials (Unable to locate credentials): set "
                + "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give --profile.\n")
    }

    @Test("A profile without any AWS CLI says so")
    func noCLI() throws {
        let run = try CommandRun(
            ["rules", "list", "--env", "test", "--profile", "x"],
            environment: ["PATH": folder.url.path])
        #expect(run.status == 3)
        #expect(
            run.complaint.hasPrefix("ses-mail: The AWS CLI is not in PATH, so --profile cannot "))
    }
}
