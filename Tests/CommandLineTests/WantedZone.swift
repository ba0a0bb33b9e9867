import JSON
import TestSupport

/// The records that Terraform wants of one domain, and a zone that holds them.
struct WantedZone {
    typealias Record = NameServer.Zone.Record

    static let policy = """
        version: STSv1
        mode: testing
        mx: inbound-smtp.ap-southeast-2.amazonaws.com
        max_age: 604800

        """
    /// `sha256` of the policy, cut as Terraform does.
    static let policyID = "4af39862429ba8789cc5a0f48b7fef4b"

    static let records = [
        Record("_amazonses.example.com", "TXT", "verification-token"),
        Record("example.com", "MX", "10 inbound-smtp.ap-southeast-2.amazonaws.com"),
        Record("one._domainkey.example.com", "CNAME", "one.dkim.amazonses.com"),
        Record("two._domainkey.example.com", "CNAME", "two.dkim.amazonses.com"),
        Record("example.com", "TXT", "v=spf1 include:amazonses.com ~all"),
        Record("bounce.example.com", "MX", "10 feedback-smtp.ap-southeast-2.amazonses.com"),
        Record("bounce.example.com", "TXT", "v=spf1 include:amazonses.com ~all"),
        Record("_dmarc.example.com", "TXT", "v=DMARC1; p=reject; rua=mailto:dmarc@example.com"),
        Record("_mta-sts.example.com", "TXT", "v=STSv1; id=\(policyID)"),
        Record("mta-sts.example.com", "CNAME", "d111111abcdef8.cloudfront.net"),
        Record("_smtp._tls.example.com", "TXT", "v=TLSRPTv1; rua=mailto:tlsrpt@example.com"),
    ]

    /// What others publish.
    static let others = [
        Record("amazonses.com", "TXT", "v=spf1 ip4:199.255.192.0/22 -all"),
        Record("d111111abcdef8.cloudfront.net", "A", "192.0.2.1"),
        Record("example.com", "TXT", "some-other-site-verification=1"),
    ]

    static var zone: NameServer.Zone { NameServer.Zone(records + others) }

    /// As `terraform output -json dns_configuration_summary` prints it.
    static func summary(_ records: [Record] = records) -> String {
        let list = records.map { record -> JSONValue in
            [
                "name": .string(record.name), "type": .string(record.type),
                "value": .string(record.value), "ttl": 1800, "purpose": "words",
            ]
        }
        let document: JSONValue = ["example.com": .array(list)]
        return String(decoding: document.bytes, as: UTF8.self)
    }

    /// `ses-mail dns check` with this server and what is wanted.
    static func check(
        _ server: NameServer, _ wanted: String = summary(),
        _ options: [String] = ["--offline"]
    ) throws -> CommandRun {
        try CommandRun(
            ["dns", "check", "--records", "-", "--resolver", server.address] + options,
            environment: ["RES_OPTIONS": "timeout:1 attempts:1"], input: wanted)
    }

    static func check(
        _ change: (inout NameServer.Zone) -> Void, _ options: [String] = ["--offline"]
    ) throws
        -> CommandRun
    {
        var changed = zone
        change(&changed)
        return try check(try NameServer(changed), summary(), options)
    }
}

extension WantedZone {
    /// The lines about the texts of a name, with what to do, each with single blanks.
    static func lines(
        of name: String, _ change: (inout NameServer.Zone) -> Void
    ) throws -> (status: Int32, lines: [String]) {
        let run = try check { zone in
            zone.add("other.example", "TXT", "v=spf1 ip4:192.0.2.0/24 -all")
            zone.add("host.example", "A", "192.0.2.1")
            change(&zone)
        }
        var lines: [String] = []
        for line in run.output.split(separator: "\n").map(String.init) {
            let words = line.split(separator: " ")
            if !line.hasPrefix("      ") {
                // The state stands between the two where there is something to change.
                let start = words.prefix(3).firstIndex(of: "TXT") ?? 0
                if start > 0 && words[start + 1] == name { lines.append(line) }
            } else if lines.last.map({ run.output.contains("\($0)\n\(line)\n") }) ?? false {
                lines.append(line)
            }
        }
        return (
            run.status,
            lines.map { $0.split(separator: " ").joined(separator: " ") }
        )
    }
}

extension NameServer.Zone {
    /// The first record of that name and type says something else; nil takes it out.
    mutating func change(_ name: String, _ type: String, to value: String?) {
        guard let index = records.firstIndex(where: { $0.name == name && $0.type == type }) else {
            return
        }
        if let value { records[index].value = value } else { records.remove(at: index) }
    }

    mutating func add(_ name: String, _ type: String, _ value: String) {
        records.append(Record(name, type, value))
    }
}
