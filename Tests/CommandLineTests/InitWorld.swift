import Foundation
import TestSupport

/// A checkout, a home, an account and a DNS server for `ses-mail init`.
struct InitWorld {
    let folder: ScratchFolder
    let server: LoopbackServer
    let names: NameServer

    static let placeholder = "domain = [\"mail.example.com\"]\nlookup_failed_action = \"store\"\n"

    init(
        ruleSet: String? = "ses-mail",
        _ records: [NameServer.Zone.Record] = [], isSandboxed: Bool = false
    ) throws {
        folder = try ScratchFolder()
        try folder.file("terraform/environments/prod/main.tf", "")
        try folder.file("terraform/environments/prod/terraform.tfvars", Self.placeholder)
        names = try NameServer(NameServer.Zone(records))
        server = try LoopbackServer { request in
            let body = request.bodyText
            if body.contains("GetCallerIdentity") {
                return .caller("123456789012", arn: "arn:aws:iam::123456789012:user/me")
            }
            if body.contains("DescribeActiveReceiptRuleSet") {
                let set = ruleSet.map { "<Metadata><Name>\($0)</Name></Metadata>" } ?? ""
                return .ruleSet("\(set)<Rules/>")
            }
            return Answer(
                200, [],
                #"{"ProductionAccessEnabled": \#(!isSandboxed), "SendingEnabled": true, "#
                    + #""EnforcementStatus": "HEALTHY", "SendQuota": {"Max24HourSend": 200, "#
                    + #""SentLast24Hours": 0}}"#)
        }
    }

    static let whole = [
        "--env", "prod", "--domain", "try.mine.example", "--mailbox", "me@gmail.com", "--region",
        "eu-west-1", "--alarm-email", "me@elsewhere.example", "--yes",
    ]

    var variables: [String: String] {
        [
            "HOME": folder.path("home"), "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "SECRET", "AWS_ENDPOINT_URL": server.url,
            "AWS_MAX_ATTEMPTS": "1", "RES_OPTIONS": "timeout:1 attempts:1",
        ]
    }

    func run(
        _ arguments: [String] = whole, _ more: [String: String] = [:]
    ) throws -> CommandRun {
        try CommandRun(
            ["init", "--resolver", names.address] + arguments,
            environment: variables.merging(more) { $1 }, in: folder.url)
    }

    /// A run as a person sees it, with the scratch folder as `/checkout`.
    func transcript(_ title: String, _ arguments: [String] = whole) throws -> String {
        let run = try run(arguments)
        return "# \(title)\n$ ses-mail init \(arguments.joined(separator: " "))\n"
            + "\(run.output)\(run.complaint)[\(run.status)]\n"
            .replacingOccurrences(of: folder.url.path, with: "/checkout")
    }

    static let ownerFile = "terraform/environments/prod/owner.auto.tfvars"
    static let configurationFile = "home/.config/ses-mail/config.json"

    /// The text of a file; nil where there is none.
    func text(_ name: String) -> String? {
        try? String(contentsOfFile: folder.path(name), encoding: .utf8)
    }
}
