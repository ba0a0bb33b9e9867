internal import ArgumentParser
internal import JSON

/// Prints the records in a form that a DNS provider imports.
struct DNSRecords: ParsableCommand {
    /// The forms, each of which an importer reads as it is.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case zone
        case route53
        case cloudflare
    }

    static let configuration = CommandConfiguration(
        commandName: "records", abstract: "Print the records in a form that others import.",
        discussion: """
            zone: lines of a BIND zone file. cloudflare: the same for Cloudflare's import (DNS, \
            Records, Import and Export), each CNAME marked so that Cloudflare does not put its \
            proxy in front of it. route53: a change batch for \
            "aws route53 change-resource-record-sets", which is one domain's. Its changes are all \
            CREATE: where a record of the same name and type exists, Route 53 refuses the whole \
            batch, so no text or mail server that is in use is lost. Nothing is looked up in DNS: \
            "dns check" shows what is there already, and how to merge two SPF records.
            """)

    @OptionGroup var source: RecordSource
    @Option(help: "zone (the default), route53 or cloudflare.") var format: Format?
    @OptionGroup var options: CommonOptions

    func run() throws {
        guard format == nil || !options.json else {
            throw Failure(.usage, "Use either --json or --format, not both.")
        }
        let output = Output(options.json ? .json : .text)
        let domains = try source.chosen(options)
        if output.isJSON {
            return output.json(
                .array(
                    domains.map { domain in
                        [
                            "domain": domain.name.text.json,
                            "records": domain.records.map(\.json).json,
                        ]
                    }))
        }
        switch format ?? .zone {
        case .zone: output.line(domains.map(\.zoneFile).joined(separator: "\n\n"))
        case .cloudflare: output.line(domains.map(\.cloudflareFile).joined(separator: "\n\n"))
        case .route53: output.json(try batch(domains))
        }
    }

    /// Route 53 takes one batch for each zone, and most domains have a zone of their own.
    private func batch(_ domains: [WantedRecords.Domain]) throws(Failure) -> JSONValue {
        guard domains.count == 1 else {
            let names = domains.map(\.name.text).joined(separator: ", ")
            throw Failure(
                .usage,
                "A change batch of Route 53 is for one zone, and there are several domains: name "
                    + "one of \(names).")
        }
        return domains[0].changeBatch
    }
}

extension WantedRecords.Domain {
    /// Lines of a zone file. All names are absolute, so they do not depend on its `$ORIGIN`.
    fileprivate var zoneFile: String {
        (["; \(name)"] + records.map(\.zoneLine)).joined(separator: "\n")
    }

    /// The attributes that Cloudflare's export writes behind a record, and its import reads
    /// (https://developers.cloudflare.com/dns/manage-dns-records/how-to/import-and-export/). Of the
    /// types here only a CNAME can be proxied; a proxied one breaks DKIM and the certificate.
    fileprivate var cloudflareFile: String {
        let lines = records.map { record in
            record.zoneLine + (record.type == .cname ? " ; cf_tags=cf-proxied:false" : "")
        }
        return (["; \(name): import it without \"Proxy imported DNS records\""] + lines)
            .joined(separator: "\n")
    }

    /// https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html
    fileprivate var changeBatch: JSONValue {
        let changes = RecordCheck.all(of: self).map { set -> JSONValue in
            let values = set.wanted.map { ["Value": $0.zoneValue.json] as JSONValue }
            return [
                "Action": "CREATE",
                "ResourceRecordSet": [
                    "Name": set.name.absolute.json, "Type": set.type.text.json,
                    "TTL": (set.wanted.first?.ttl ?? 0).json, "ResourceRecords": .array(values),
                ],
            ]
        }
        return ["Comment": "ses-mail: \(name)".json, "Changes": .array(changes)]
    }
}
