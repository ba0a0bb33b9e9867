import Foundation
import JSON
import TestSupport
import Testing

/// `ses-mail dns check` with what Terraform itself puts out, in a deployed world.
@Suite(.waiting)
struct DNSWorldTests {
    private let world: World
    private let work: String

    init() throws {
        world = try LocalCloud.shared.get().world()
        work = try #require(world.get("world")["work"]?.string)
    }

    /// With Terraform in reach, and its state where the world was applied from.
    private func check(_ names: NameServer, _ web: LoopbackServer, _ options: [String] = []) throws
        -> CommandRun
    {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        return try CommandRun(
            ["dns", "check", "--resolver", names.address] + options,
            environment: world.environment([
                "PATH": path, "TF_DATA_DIR": "\(work)/terraform-data",
                "MTA_STS_ENDPOINT_URL": web.url,
            ]))
    }

    /// A zone of what Terraform wants, as somebody would have published it.
    private func published() throws -> NameServer.Zone {
        let folder = Repository.root.appending(path: "terraform/environments/local").path
        let run = try ProgramRun(
            URL(filePath: "/usr/bin/env"),
            [
                "terraform", "-chdir=\(folder)", "output", "-json", "dns_configuration_summary",
            ],
            environment: [
                "TF_DATA_DIR": "\(work)/terraform-data",
                "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "",
            ])
        let summary = try JSONValue(parsing: Array(run.output.utf8))
        var zone = NameServer.Zone(WantedZone.others)
        for record in (summary.members ?? []).flatMap({ $0.value.array ?? [] }) {
            zone.add(
                record["name"]?.string ?? "", record["type"]?.string ?? "",
                record["value"]?.string ?? "")
        }
        return zone
    }

    @Test("What Terraform wants, published, is right, and what is then changed is found")
    func applied() throws {
        let zone = try published()
        #expect(zone.records.count == WantedZone.others.count + 26)
        let names = try NameServer(zone)
        let web = try LoopbackServer(answers: [
            Answer(200, ["Content-Type: text/plain"], WantedZone.policy)
        ])
        defer { web.stop() }
        let right = try check(names, web)
        #expect(right.status == 0, "\(right.output)\(right.complaint)")
        #expect(right.complaint.isEmpty)
        #expect(right.output.hasSuffix("40 records checked, all correct.\n"))
        for words in [
            "verified for sending: yes", "DKIM: SUCCESS", "MAIL FROM: SUCCESS",
            "certificate: ISSUED", "mode testing",
        ] { #expect(right.output.components(separatedBy: words).count == 3, "\(words)") }

        var changed = zone
        changed.change("_dmarc.example.org", "TXT", to: "v=DMARC1; p=none")
        names.setZone(changed)
        let wrong = try check(names, web)
        #expect(wrong.status == 2)
        #expect(
            wrong.output.contains(
                "set: _dmarc.example.org. 1800 IN TXT "
                    + "\"v=DMARC1; p=reject; rua=mailto:dmarc@example.org\"\n"))
        #expect(wrong.output.hasSuffix("40 records checked: 1 to fix, 0 unknown.\n"))
        let other = try check(names, web, ["example.com"])
        #expect(other.status == 0)
        #expect(other.output.hasSuffix("20 records checked, all correct.\n"))
    }

    @Test("Without Terraform, its state or a checkout each is said in a sentence")
    func absent() throws {
        let empty = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: empty, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: empty) }
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let arguments = ["dns", "check", "--env", "test"]
        let none = try CommandRun(arguments, environment: ["PATH": empty.path])
        #expect(none.status == 4)
        #expect(
            none.complaint.hasPrefix("ses-mail: Terraform is not in PATH. Install it, or give "))
        let stateless = try CommandRun(
            arguments, environment: ["PATH": path, "TF_DATA_DIR": empty.path])
        #expect(stateless.status == 4)
        #expect(
            stateless.complaint.hasPrefix("ses-mail: Terraform has no output dns_configuration_"))
        #expect(stateless.complaint.contains("make init ENV=test"))
        #expect(stateless.complaint.split(separator: "\n").count == 1)
        let named = try CommandRun(
            arguments + ["--profile", "mine", "--region", "eu-west-1"],
            environment: ["PATH": path, "TF_DATA_DIR": empty.path])
        for target in ["init", "apply"] {
            let words = "AWS_PROFILE=mine AWS_REGION=eu-west-1 make \(target) ENV=test"
            #expect(named.complaint.contains(words), "\(named.complaint)")
        }
        let local = try CommandRun(
            ["dns", "check", "--env", "local"],
            environment: ["PATH": path, "TF_DATA_DIR": empty.path])
        #expect(local.status == 4)
        #expect(local.complaint.contains("). Start it with: make local, or set TF_DATA_DIR to "))
        #expect(!local.complaint.contains("make init"))
        let nowhere = try CommandRun(
            arguments + ["--terraform-dir", "\(empty.path)/x"], environment: ["PATH": path])
        #expect(nowhere.status == 4)
        #expect(nowhere.output.isEmpty)
    }
}
