import Foundation
import TestSupport
import Testing

/// What every command has in common: help, options, credentials, failures and exit statuses.
@Suite(.waiting)
struct ConventionTests {
    static let keys = [
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "SECRET",
        "AWS_REGION": "eu-west-1",
    ]

    private func run(
        _ arguments: [String], _ environment: [String: String] = [:]
    ) throws -> CommandRun {
        try CommandRun(
            arguments, environment: environment,
            input: #"[{"recipient": "*", "action": "store"}]"#)
    }

    @Test("The first help fits on one page and is as it was accepted")
    func help() throws {
        let run = try run(["--help"], ["COLUMNS": "80"])
        #expect(run.status == 0)
        #expect(run.output.count { $0 == "\n" } <= 25)
        #expect(try run.output == GoldenFile("help.txt").accepted(run.output))
    }

    @Test(
        "What one answer tells is asked once, and no other program is started for it",
        arguments: [
            ["rules", "list"], ["rules", "show", "*"], ["rules", "export"], ["smtp", "list"],
            ["smtp", "show", "john"],
        ])
    func once(arguments: [String]) throws {
        let row =
            #"{"PK": {"S": "ROUTE#*"}, "SK": {"S": "RULE#v1"}, "recipient": {"S": "*"}, "#
            + #""action": {"S": "store"}, "status": {"S": "active"}}"#
        let server = try LoopbackServer(answers: [
            Answer(200, [], #"{"Item": \#(row), "Items": [\#(row)]}"#)
        ])
        defer { server.stop() }
        // The AWS CLI, which takes a second to start, would be found here.
        let folder = try ScratchFolder()
        try folder.program("aws", "#!/bin/sh\necho started > \(folder.path("trace"))\n")
        let run = try run(
            arguments + ["--env", "test"],
            Self.keys.merging(["AWS_ENDPOINT_URL": server.url, "PATH": folder.url.path]) { $1 })
        #expect(run.status == 0, "\(run.complaint)")
        #expect(server.requests.count == 1)
        #expect(!FileManager.default.fileExists(atPath: folder.path("trace")))
    }

    @Test(
        "Wrong usage ends with 64 before anything is asked of AWS",
        arguments: [
            ["nonsense"], ["rules", "nonsense"], ["rules", "show"],
            ["rules", "show", "no address"],
            ["rules", "set", "a@b.example", "forward"], ["rules", "set", "a@b.example", "drop"],
            ["rules", "set", "a@b.example", "forward", "nobody"],
            ["rules", "set", "a@b.example", "store", "me@gmail.com"],
            ["rules", "set", "*x@b*.example", "store"], ["rules", "explain", ""],
            ["queues", "peek"], ["queues", "peek", "nonsense"],
            ["queues", "peek", "input", "--max", "0"],
            ["queues", "redrive", "smtp-credential-manager"], ["trace"], ["trace", "a\" b"],
            ["queues", "redrive", "input", "--rate", "501"], ["smtp", "create", "john"],
            ["smtp", "create", "john", "--from", "a*b@c"],
            ["smtp", "create", "a b", "--from", "*"],
            ["rules", "list", "--env", "production"], ["rules", "list", "--nonsense"],
        ])
    func usage(arguments: [String]) throws {
        let server = try LoopbackServer(answers: [Answer(500)])
        defer { server.stop() }
        let run = try run(arguments, ["SES_MAIL_ENV": "local", "AWS_ENDPOINT_URL": server.url])
        #expect(run.status == 64)
        #expect(run.output.isEmpty)
        #expect(run.complaint.hasPrefix("Error: "))
        #expect(server.connectionCount == 0)
    }

    @Test(
        "Completions are printed for the shells that people use",
        arguments: [("bash", "bash"), ("zsh", nil), ("fish", nil)] as [(String, String?)])
    func completions(shell: String, checker: String?) throws {
        let run = try run(["--generate-completion-script", shell])
        #expect(run.status == 0)
        for word in ["replay", "redrive", "since", "reconcile"] {
            #expect(run.output.contains(word))
        }
        // Arguments that are files are completed as such.
        #expect(run.output.contains("json"))
        guard let checker else { return }
        let script = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try run.output.write(to: script, atomically: true, encoding: .utf8)
        defer { unlink(script.path) }
        let check = try ProgramRun(
            URL(filePath: "/usr/bin/\(checker)"), ["-n", script.path], folder: Repository.root)
        #expect(check.status == 0, "\(check.output)")
    }

    @Test("No deployment, a wrong one, no credentials and no region are each said in a sentence")
    func incomplete() throws {
        let none = try run(["rules", "list"])
        #expect(none.status == 64)
        #expect(
            none.complaint
                == "ses-mail: Name the deployment: --env test, prod or local, or set "
                + "SES_MAIL_ENV.\n")
        let wrong = try run(["rules", "list"], ["SES_MAIL_ENV": "production"])
        #expect(wrong.status == 64)
        #expect(wrong.complaint == "ses-mail: SES_MAIL_ENV must be test, prod or local.\n")
        let anonymous = try run(["rules", "list", "--env", "test"], ["PATH": "/nonexistent"])
        #expect(anonymous.status == 3)
        #expect(
            anonymous.complaint
                == "ses-mail: There are no credentials: set AWS_ACCESS_KEY_ID and "
                + "AWS_SECRET_ACCESS_KEY, or give --profile.\n")
        var placeless = Self.keys.merging(["PATH": "/nonexistent"]) { $1 }
        placeless["AWS_REGION"] = nil
        let nowhere = try run(["rules", "list", "--env", "test"], placeless)
        #expect(nowhere.status == 3)
        #expect(
            nowhere.complaint
                == "ses-mail: No region is set: give --region, or set AWS_REGION.\n")
    }

    @Test("Credentials are the environment's, or those that the AWS CLI has for a profile")
    func credentials() throws {
        let server = try LoopbackServer(answers: [Answer(200, [], #"{"Items": []}"#)])
        defer { server.stop() }
        let folder = try ScratchFolder()
        try folder.program(
            "aws",
            """
            #!/bin/sh
            case "$*" in
            "configure export-credentials --format process --profile mine")
                echo '{"Version": 1, "AccessKeyId": "AKIDPROFILE", "SecretAccessKey": "S"}' ;;
            "configure get region --profile mine") echo eu-north-1 ;;
            *) exit 255 ;;
            esac
            """)
        let base = ["AWS_ENDPOINT_URL": server.url, "SES_MAIL_ENV": "test"]
        let path = base.merging(["PATH": folder.url.path]) { $1 }
        #expect(try run(["rules", "list"], base.merging(Self.keys) { $1 }).status == 0)
        #expect(try run(["rules", "list", "--profile", "mine"], path).status == 0)
        #expect(
            try run(["rules", "list"], path.merging(["AWS_PROFILE": "mine"]) { $1 }).status == 0)
        // The option beats the environment's keys; the environment's region beats the profile's.
        #expect(
            try run(["rules", "list", "--profile", "mine"], path.merging(Self.keys) { $1 })
                .status == 0)
        let scopes = server.requests.compactMap { request in
            request.header("Authorization")?.split(separator: "=")[1].split(separator: ",")[0]
                .split(separator: "/").enumerated().filter { [0, 2].contains($0.offset) }
                .map(\.element).joined(separator: " ")
        }
        #expect(
            scopes == [
                "AKIDEXAMPLE eu-west-1", "AKIDPROFILE eu-north-1", "AKIDPROFILE eu-north-1",
                "AKIDPROFILE eu-west-1",
            ])
        let other = try run(["rules", "list", "--profile", "other"], path)
        #expect(other.status == 3)
        #expect(
            other.complaint.hasPrefix(
                "ses-mail: The AWS CLI has no credentials for the profile other. Sign in with: "))
    }

    @Test("Real keys never go to the emulated AWS")
    func localKeys() throws {
        let server = try LoopbackServer(answers: [Answer(200, [], #"{"Items": []}"#)])
        defer { server.stop() }
        let environment = Self.keys.merging(["AWS_ENDPOINT_URL": server.url]) { $1 }
        #expect(try run(["rules", "list", "--env", "local"], environment).status == 0)
        let signed = server.requests.first?.header("Authorization")
        #expect(signed?.contains("Credential=operator/") == true)
    }
}
