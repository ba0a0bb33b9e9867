import Foundation
import JSON
import TestSupport
import Testing

/// `ses-mail init`: what it finds, what it writes, and what it never overwrites.
@Suite(.waiting)
struct InitTests {
    typealias Record = NameServer.Zone.Record

    private static let inUse = [
        Record("mine.example", "MX", "10 mx.provider.example"),
        Record("mine.example", "MX", "20 mx2.provider.example"),
        Record(
            "mine.example", "TXT",
            "v=spf1 include:_spf.provider.example a:web.mine.example ip4:192.0.2.7 -all"),
        Record("mine.example", "TXT", "site-verification=1234"),
        Record("_dmarc.mine.example", "TXT", "v=DMARC1; p=quarantine; rua=mailto:me@else.example"),
    ]

    private static let ofDomainInUse = [
        "--env", "prod", "--domain", "mine.example", "--mailbox", "me@gmail.com", "--region",
        "eu-west-1", "--alarm-email", "me@mine.example", "--yes",
    ]

    @Test("A new domain, a second run, a domain in use, and all that is refused are as accepted")
    func golden() throws {
        let new = try InitWorld(ruleSet: nil, isSandboxed: true)
        let used = try InitWorld(ruleSet: "newsletter", Self.inUse)
        let wrong = try InitWorld()
        try wrong.folder.file(
            InitWorld.configurationFile,
            #"{"environments": {"prod": {"account": "999999999999"}}}"#)
        defer { for world in [new, used, wrong] { world.server.stop() } }
        let parts = [
            try new.transcript("nothing is written", InitWorld.whole + ["--dry-run"]),
            try new.transcript("a new domain"), try new.transcript("a second run"),
            try new.transcript("what is written is known", ["--yes"]),
            try new.transcript(
                "a zone is added", ["--zone", "Z0123456789ABCDEFGHIJ", "--yes"]),
            try used.transcript(
                "a domain in use, a foreign rule set, an alarm at the domain itself",
                Self.ofDomainInUse),
            try used.transcript("the switch", ["--publish-mx", "--yes"]),
            try wrong.transcript("a wrong account"),
            try new.transcript("nobody confirms", ["--publish-mx"]),
        ]
        let files = [InitWorld.ownerFile, InitWorld.configurationFile].map { name in
            "# \(name)\n\(new.text(name) ?? "")"
        }
        let transcript = (parts + files).joined(separator: "\n")
        #expect(try transcript == GoldenFile("init.txt").accepted(transcript))
        #expect(new.text("terraform/environments/prod/terraform.tfvars") == InitWorld.placeholder)
    }

    @Test("A dry run writes nothing, and a second run changes no byte")
    func harmless() throws {
        let world = try InitWorld(Self.inUse)
        defer { world.server.stop() }
        #expect(try world.run(Self.ofDomainInUse + ["--dry-run"]).status == 0)
        let names = [InitWorld.ownerFile, InitWorld.configurationFile]
        #expect(names.allSatisfy { world.text($0) == nil })
        #expect(try world.run(Self.ofDomainInUse).status == 0)
        let written = names.map(world.text)
        #expect(written.allSatisfy { $0 != nil })
        // Its own records are there now, and the policy was tightened.
        world.names.setZone(
            NameServer.Zone([
                Record("mine.example", "MX", "10 inbound-smtp.eu-west-1.amazonaws.com"),
                Record(
                    "_dmarc.mine.example", "TXT",
                    "v=DMARC1; p=reject; rua=mailto:dmarc@mine.example"),
            ]))
        #expect(try world.run(Self.ofDomainInUse).output.contains("Everything is written already."))
        #expect(names.map(world.text) == written)
    }

    @Test("The settings of a domain in use leave its mail, its senders and its policy as they are")
    func settings() throws {
        let world = try InitWorld(Self.inUse)
        defer { world.server.stop() }
        #expect(try world.run(Self.ofDomainInUse).status == 0)
        let text = try #require(world.text(InitWorld.ownerFile))
        for line in [
            #"domain = ["mine.example"]"#, #"aws_region = "eu-west-1""#, "publish_mx = false",
            #"dmarc_policy = "none""#, #"spf_include_domains = ["_spf.provider.example"]"#,
            #"spf_a_records = ["web.mine.example"]"#, #"alarm_emails = ["me@mine.example"]"#,
        ] {
            #expect(text.contains("\n\(line)\n"), "\(line)")
        }
    }

    @Test("What its owner wrote into the file stays, comments and other values too")
    func kept() throws {
        let world = try InitWorld(Self.inUse)
        defer { world.server.stop() }
        let own = """
            # mine
            dmarc_policy = "quarantine" # since May
            alarm_emails = [
              "you@else.example", # she is on call
            ]
            """
        try world.folder.file(InitWorld.ownerFile, own)
        #expect(try world.run(Self.ofDomainInUse).status == 0)
        let text = try #require(world.text(InitWorld.ownerFile))
        #expect(text.hasPrefix("# mine\ndmarc_policy = \"quarantine\" # since May\n"))
        #expect(text.contains(#"alarm_emails = ["you@else.example", "me@mine.example"]"#))
        #expect(!text.contains("\"none\""))
    }

    @Test("A domain that is added joins the others, and settings for all of them stay")
    func added() throws {
        let world = try InitWorld(Self.inUse)
        defer { world.server.stop() }
        #expect(try world.run().status == 0)
        let more = [
            "--domain", "mine.example", "--zone", "mine.example=Z0123456789ABCDEFGHIJ", "--yes",
        ]
        let run = try world.run(more)
        #expect(run.status == 0, "\(run.complaint)")
        #expect(run.output.contains("the next apply would change that"))
        let text = try #require(world.text(InitWorld.ownerFile))
        #expect(text.contains(#"domain = ["try.mine.example", "mine.example"]"#))
        #expect(text.contains(#"spf_include_domains = ["_spf.provider.example"]"#))
        #expect(!text.contains("publish_mx") && !text.contains("dmarc_policy"))
    }

    @Test(
        "What is missing or wrong is one sentence, before AWS is asked",
        arguments: [
            ([], "Nobody can be asked here. Nothing was done: give --env prod (or test)."),
            (
                ["--env", "prod"],
                "Nobody can be asked here. Nothing was done: give --domain, --mailbox, --region."
            ),
            (
                ["--env", "prod", "--region", "eu-west-1", "--domain", "a.example"],
                "Nobody can be asked here. Nothing was done: give --mailbox."
            ),
            (
                ["--env", "local"],
                "The local environment needs no preparation. Start it with: make local"
            ),
            (
                ["--env", "prod", "--region", "eu-south-1"],
                "SES is not known to receive mail in eu-south-1. Choose one of: ap-northeast-1,"
            ),
        ])
    func missing(arguments: [String], words: String) throws {
        let world = try InitWorld()
        defer { world.server.stop() }
        let run = try world.run(arguments)
        #expect(run.status == 64)
        #expect(run.sentence.hasPrefix("ses-mail: \(words)"), "\(run.complaint)")
        #expect(world.server.requests.isEmpty)
    }

    @Test("A deployment is not moved to the region that a variable happens to name")
    func moved() throws {
        let world = try InitWorld()
        defer { world.server.stop() }
        #expect(try world.run().status == 0)
        let run = try world.run(["--yes"], ["AWS_REGION": "us-east-1"])
        #expect(run.status == 3)
        #expect(
            run.sentence.contains("prod is configured for eu-west-1, but AWS_REGION is us-east"))
    }

    @Test("A domain of which DNS says nothing counts as in use")
    func unknown() throws {
        let world = try InitWorld([Record("other.example", "TXT", "x")])
        defer { world.server.stop() }
        var zone = NameServer.Zone([])
        zone.failures["try.mine.example"] = 2
        world.names.setZone(zone)
        #expect(try world.run().status == 0)
        let text = try #require(world.text(InitWorld.ownerFile))
        #expect(text.contains("publish_mx = false") && text.contains("dmarc_policy = \"none\""))
    }

    @Test("A person at the terminal is asked for what is not given, and once more after a mistake")
    func asked() throws {
        let world = try InitWorld()
        defer { world.server.stop() }
        let folder = world.folder.path("terraform/environments/prod")
        let terminal = try Terminal(
            EveryCommand(
                arguments: ["init", "--resolver", world.names.address, "--terraform-dir", folder]),
            at: world.server.url, isAsked: true, more: ["HOME": world.folder.path("home")])
        for (question, answer) in [
            ("Domain to receive mail for: ", "https://mine.example"),
            ("That cannot be used.\r\nDomain to receive mail for: ", "Mine.example"),
            ("Gmail address that gets the mail: ", "me@gmail.com"),
            ("Address that hears of alarms, not at these domains (none) [none]: ", ""),
            ("Terraform makes the records (none) [none]: ", "Z0123456789ABCDEFGHIJ"),
            ("Write this? [y/N] ", "y"),
        ] {
            #expect(terminal.text(with: question).hasSuffix(question))
            terminal.type("\(answer)\n")
        }
        _ = terminal.end()
        #expect(terminal.status == 0)
        let text = try #require(world.text(InitWorld.ownerFile))
        #expect(text.contains(#"domain = ["mine.example"]"#))
        #expect(
            text.contains(#"route53_zone_ids = { "mine.example" = "Z0123456789ABCDEFGHIJ" }"#))
        #expect(!text.contains("alarm_emails"))
    }

    @Test("JSON has the findings, the changes and the next commands")
    func json() throws {
        let world = try InitWorld(Self.inUse)
        defer { world.server.stop() }
        let run = try world.run(Self.ofDomainInUse + ["--json"])
        let document = try JSONValue(parsing: Array(run.output.utf8))
        #expect(document["written"] == true)
        #expect(document["files"]?.array?.count == 2)
        #expect(
            document["findings"]?.array?.contains { $0["severity"] == "warning" } == true)
        #expect(
            document["next"]?.array?.contains(
                "ses-mail rules set '*@mine.example' forward me@gmail.com")
                == true)
    }
}
