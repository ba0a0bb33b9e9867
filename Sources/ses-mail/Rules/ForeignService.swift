internal import ArgumentParser
internal import JSON
internal import Mail
internal import Text

/// A service that forwards mail, and whose aliases `rules import` reads.
///
/// | service | file | an alias | its page |
/// |---|---|---|---|
/// | SimpleLogin | CSV, Settings, Export Aliases | `alias,note,enabled,mailboxes` | https://github.com/simple-login/app/blob/master/docs/api.md (`GET /api/export/aliases`) |
/// | addy.io | answer of `GET /api/v1/aliases`, or the CSV of Settings, Data | `email`, `active`, `description`, `recipients` (not in the CSV), `deleted_at` | https://app.addy.io/docs/ |
/// | Cloudflare | answer of `GET /zones/{zone}/email/routing/rules` | `matchers`, `actions`, `enabled`, `name` | https://developers.cloudflare.com/api/resources/email_routing/subresources/rules/ |
/// | ImprovMX | answer of `GET /v3/domains`, of one domain or of its rules, or a CSV | `alias`, `forward` | https://improvmx.com/api/ |
/// | Forward Email | answer of `GET /v1/domains/{domain}/aliases` | `name`, `domain`, `recipients`, `is_enabled`, `description` | https://forwardemail.net/en/email-api |
enum ForeignService: String, ExpressibleByArgument, CaseIterable {
    case simplelogin
    case addy
    case cloudflare
    case improvmx
    case forwardemail

    /// The aliases of a file, or why one is not an alias that can be taken over.
    /// - Throws: `Failure` where the file is not this service's.
    func findings(in file: ForeignFile) throws(Failure) -> [ForeignFinding] {
        switch self {
        case .simplelogin: try file.rows(with: ["alias", "enabled", "mailboxes"]).map(simpleLogin)
        case .addy: try addy(file)
        case .cloudflare: try cloudflare(file)
        case .improvmx: try improvMX(file)
        case .forwardemail: try file.list().map(forwardEmail)
        }
    }

    private func simpleLogin(_ row: JSONValue) -> ForeignFinding {
        .alias(
            ForeignAlias(
                address: row.text("alias"), recipients: row.words("mailboxes"),
                isEnabled: row.flag("enabled"), description: row.text("note")))
    }

    private func addy(_ file: ForeignFile) throws(Failure) -> [ForeignFinding] {
        let document = try file.document
        let list =
            try document == nil ? file.rows(with: ["email", "active"]) : file.list("data")
        var findings = list.map { entry -> ForeignFinding in
            let email = entry.text("email")
            if !entry.text("deleted_at").isEmpty { return .leftOut(email, "it is deleted there") }
            let recipients = entry["recipients"]?.array ?? []
            guard !recipients.isEmpty else {
                return .leftOut(
                    email,
                    document == nil
                        ? "the CSV names no recipients; use the answer of GET /api/v1/aliases"
                        : "it has the account's default recipient, which is not in the file")
            }
            let isEncrypted = recipients.contains { $0.flag("should_encrypt") }
            return .alias(
                ForeignAlias(
                    address: email, recipients: recipients.map { $0.text("email") },
                    isEnabled: entry.flag("active"), description: entry.text("description"),
                    losses: isEncrypted ? ["the encryption by PGP"] : []))
        }
        let pages = document?["meta"]?["last_page"]?.integer ?? 1
        if pages > 1 { findings.append(.part("one of \(pages) pages")) }
        return findings
    }

    private func cloudflare(_ file: ForeignFile) throws(Failure) -> [ForeignFinding] {
        let rules = try file.list("result")
        let literals = rules.flatMap { $0["matchers"]?.array ?? [] }.map { $0.text("value") }
        // A zone is one domain, which the rule for everything does not name.
        let domains = Set(literals.compactMap { EmailAddress(strict: $0)?.domain.asciiLowercased })
        var findings = rules.map {
            cloudflare($0, domain: domains.count == 1 ? domains.first : nil)
        }
        let total = try file.document?["result_info"]?["total_count"]?.integer ?? 0
        if total > rules.count { findings.append(.part("\(rules.count) of \(total) rules")) }
        return findings
    }

    private func cloudflare(_ rule: JSONValue, domain: String?) -> ForeignFinding {
        let name = rule.text("name").isEmpty ? "rule \(rule.text("id"))" : rule.text("name")
        let matchers = rule["matchers"]?.array ?? []
        let actions = rule["actions"]?.array ?? []
        guard matchers.count == 1, actions.count == 1 else {
            return .leftOut(name, "it has more or less than one condition and one action")
        }
        let address: String
        switch (matchers[0].text("type"), matchers[0].text("field")) {
        case ("literal", "to"): address = matchers[0].text("value")
        case ("all", _):
            guard let domain else {
                return .leftOut(
                    name, "it is for every address of a domain that the file does not name")
            }
            address = "*@\(domain)"
        default: return .leftOut(name, "its condition is not an address")
        }
        var alias = ForeignAlias(
            address: address, recipients: actions[0]["value"]?.array?.compactMap(\.string) ?? [],
            isEnabled: rule.flag("enabled"), description: rule.text("name"))
        switch actions[0].text("type") {
        case "forward": break
        case "drop":
            alias.action = .store
            alias.recipients = []
            alias.losses = ["the deletion of its mail, which is stored here"]
        case let type: return .leftOut(address, "it calls a \(type)")
        }
        return .alias(alias)
    }

    private func improvMX(_ file: ForeignFile) throws(Failure) -> [ForeignFinding] {
        guard let document = try file.document else {
            return try file.rows(with: ["alias", "forward"]).map { row in
                improvMX(row, domain: row.text("domain"))
            }
        }
        let domains =
            document["domains"]?.array
            ?? document["domain"].flatMap { $0.members == nil ? nil : [$0] } ?? [document]
        var findings: [ForeignFinding] = []
        for domain in domains {
            let name = domain.text("domain")
            for alias in domain["aliases"]?.array ?? [] {
                findings.append(improvMX(alias, domain: name))
            }
            for rule in domain["rules"]?.array ?? [] {
                let config = rule["config"] ?? .null
                findings.append(
                    rule.text("type") == "alias"
                        ? improvMX(config, domain: name, isEnabled: rule.flag("active"))
                        : .leftOut(
                            "a rule for \(config.text("forward"))",
                            "its condition is not an address but \(rule.text("type"))"))
            }
        }
        guard !findings.isEmpty else { throw file.wrong("it has no aliases") }
        let total = document["total"]?.integer ?? 0
        if total > domains.count, document["domains"] != nil {
            findings.append(.part("\(domains.count) of \(total) domains"))
        }
        return findings
    }

    private func improvMX(
        _ alias: JSONValue, domain: String, isEnabled: Bool = true
    ) -> ForeignFinding {
        let name = alias.text("alias")
        let isWhole = name.utf8.contains(UInt8(ascii: "@"))
        guard isWhole || !domain.isEmpty else {
            return .leftOut(
                name, "the file does not name its domain; use the answer of GET /v3/domains")
        }
        return .alias(
            ForeignAlias(
                address: isWhole ? name : "\(name)@\(domain)", recipients: alias.words("forward"),
                isEnabled: isEnabled))
    }

    private func forwardEmail(_ alias: JSONValue) -> ForeignFinding {
        let name = alias.text("name")
        let domain = alias["domain"]?.text("name") ?? ""
        guard !name.hasPrefix("/") else {
            return .leftOut(name, "it is a regular expression; make a rule for a pattern instead")
        }
        guard !domain.isEmpty else { return .leftOut(name, "the file does not name its domain") }
        let losses = [
            ("has_pgp", "the encryption by PGP"), ("has_imap", "the mailbox for IMAP"),
        ].filter { alias.flag($0.0) }.map(\.1)
        let answers = alias["vacation_responder"]?.flag("is_enabled") == true
        return .alias(
            ForeignAlias(
                address: "\(name)@\(domain)",
                recipients: alias["recipients"]?.array?.compactMap(\.string) ?? [],
                isEnabled: alias.flag("is_enabled"), description: alias.text("description"),
                losses: losses + (answers ? ["the answer in the owner's absence"] : [])))
    }
}
