import Foundation
import JSON
import TestSupport
import Testing

/// `ses-mail dns records`: the wanted records as others import them.
@Suite(.waiting)
struct DNSRecordsTests {
    typealias Record = NameServer.Zone.Record

    /// With a text of more than 255 bytes, one with a quotation mark, and two servers of one name.
    private static let records =
        WantedZone.records.map { record in
            guard record.name == "example.com" && record.type == "TXT" else { return record }
            let includes = (1...12).map { "include:_spf\($0).service-of-others.example" }
            return Record(
                record.name, "TXT", "v=spf1 \(includes.joined(separator: " ")) ~all")
        } + [
            Record("example.com", "MX", "20 backup.example.net"),
            Record("quoted.example.com", "TXT", #"it "is" a \ text"#),
        ]

    private static func run(_ options: [String], _ wanted: String) throws -> CommandRun {
        try CommandRun(["dns", "records", "--records", "-"] + options, input: wanted)
    }

    @Test("Each form is as it was accepted")
    func golden() throws {
        let wanted = WantedZone.summary(Self.records)
        let transcript = try [
            [], ["--format", "cloudflare"], ["--format", "route53"], ["--json"],
            ["--format", "zone", "other.example"], ["--format", "zone", "--json"],
        ].map { (options: [String]) in
            let run = try Self.run(options, wanted)
            return "$ ses-mail dns records \(options.joined(separator: " "))\n"
                + "\(run.output)\(run.complaint)[\(run.status)]\n"
        }.joined(separator: "\n")
        #expect(try transcript == GoldenFile("dns-records.txt").accepted(transcript))
    }

    @Test("Route 53 gets each name and type once, with all of its values, and replaces nothing")
    func batch() throws {
        let run = try Self.run(["--format", "route53"], WantedZone.summary(Self.records))
        let document = try JSONValue(parsing: Array(run.output.utf8))
        let changes = try #require(document["Changes"]?.array)
        #expect(changes.allSatisfy { $0["Action"] == "CREATE" })
        let sets = changes.compactMap { $0["ResourceRecordSet"] }
        let keys = sets.map { "\($0["Name"]?.string ?? "") \($0["Type"]?.string ?? "")" }
        #expect(Set(keys).count == keys.count)
        let values = sets.flatMap { $0["ResourceRecords"]?.array ?? [] }
        #expect(values.count == Self.records.count)
        let servers = sets.first { $0["Name"] == "example.com." && $0["Type"] == "MX" }
        #expect(
            servers?["ResourceRecords"]?.array?.compactMap { $0["Value"]?.string }
                == ["10 inbound-smtp.ap-southeast-2.amazonaws.com.", "20 backup.example.net."])
    }

    @Test("No text of a zone file has a string of more than 255 bytes")
    func strings() throws {
        let run = try Self.run(["--format", "zone"], WantedZone.summary(Self.records))
        let long = try #require(run.output.split(separator: "\n").first { $0.contains("_spf12") })
        let strings = long.split(separator: "\"").filter { $0.utf8.count > 1 }.dropFirst()
        #expect(strings.count == 2)
        #expect(strings.allSatisfy { $0.utf8.count <= 255 })
    }

    @Test("A batch of two domains is refused, and one of them is made")
    func domains() throws {
        let wanted = """
            {"one.example": [{"name": "one.example", "type": "MX", "value": "10 a.example",
            "ttl": 60}], "two.example": [{"name": "two.example", "type": "TXT", "value": "t",
            "ttl": 60}]}
            """
        let both = try Self.run(["--format", "route53"], wanted)
        #expect(both.status == 64)
        #expect(both.sentence.contains("name one of one.example, two.example."))
        let one = try Self.run(["two.example", "--format", "route53"], wanted)
        #expect(one.status == 0)
        #expect(one.output.contains("two.example.") && !one.output.contains("one.example"))
        let zone = try Self.run([], wanted)
        #expect(
            zone.output == """
                ; one.example
                one.example. 60 IN MX 10 a.example.

                ; two.example
                two.example. 60 IN TXT "t"

                """)
    }
}
