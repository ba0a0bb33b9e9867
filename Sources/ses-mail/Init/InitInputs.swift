internal import Mail
internal import Text

/// The inputs of `init`: from options, from the present files, or from the person at the terminal.
struct InitInputs {
    let name: EnvironmentName
    let command: InitCommand
    private let isAsking: Bool
    private var domains: [String]
    private(set) var mailbox: Mailbox?
    private var alarmEmails: [String]
    private var zoneIDs: [String: String] = [:]

    init(_ command: InitCommand, name: EnvironmentName, isAsking: Bool) {
        self.name = name
        self.command = command
        self.isAsking = isAsking
        domains = command.domain.map { DNSName($0).text }
        mailbox = command.mailbox
        alarmEmails = command.alarmEmail.filter { $0 != "none" }
    }

    /// The environment; that of local-cloud has nothing to prepare.
    static func environment(
        _ options: CommonOptions, isAsking: Bool
    ) throws -> EnvironmentName {
        var name = try options.env ?? Deployment.usualName()
        if name == nil, isAsking {
            name = try Question.ask("Environment: prod, or test for changes of the code", "prod") {
                EnvironmentName(rawValue: $0)
            }
        }
        guard let name else { throw missing(["--env prod (or test)"]) }
        guard name != .local else {
            throw Failure(
                .usage, "The local environment needs no preparation. Start it with: make local")
        }
        return name
    }

    /// The region: one place decides it, and a deployment cannot be moved.
    func region(_ settings: OwnerSettings) throws -> String {
        let options = command.options
        let given = options.region ?? CredentialSource.regionVariable
        if let written = settings.region {
            guard given == nil || given == written else {
                throw Failure(
                    .refused,
                    "\(name) is configured for \(written), but "
                        + "\(options.region == nil ? "AWS_REGION" : "--region") is "
                        + "\((given ?? "").shortened(to: 40)). Nothing was done: a deployment "
                        + "cannot be moved. Leave the option out, or change aws_region in "
                        + "\(settings.path) by hand.")
            }
            return written
        }
        var region = try given ?? UserConfiguration.place(of: name).region
        if region == nil, isAsking {
            region = try Question.ask("Region, near you; it cannot be changed later", nil) {
                ReceivingRegion.known.contains($0) ? $0 : nil
            }
        }
        guard let region else { throw InitInputs.missing(missing(settings) + ["--region"]) }
        guard ReceivingRegion.known.contains(region) else {
            throw Failure(
                .usage,
                "SES is not known to receive mail in \(region.shortened(to: 40)). Choose one of: "
                    + "\(ReceivingRegion.known.sorted().joined(separator: ", ")).")
        }
        return region
    }

    /// Names all missing options at once where nobody can be asked.
    func checkComplete(_ settings: OwnerSettings) throws(Failure) {
        if !isAsking, !missing(settings).isEmpty { throw InitInputs.missing(missing(settings)) }
    }

    private func missing(_ settings: OwnerSettings) -> [String] {
        guard settings.domains.isEmpty else { return [] }
        return (domains.isEmpty ? ["--domain"] : []) + (mailbox == nil ? ["--mailbox"] : [])
    }

    private static func missing(_ options: [String]) -> Failure {
        Failure(
            .usage,
            "Nobody can be asked here. Nothing was done: give \(options.joined(separator: ", ")).")
    }

    /// Asks for what is neither given nor there.
    mutating func complete(_ settings: OwnerSettings) throws {
        let isFirst = settings.domains.isEmpty
        if isAsking && isFirst {
            if domains.isEmpty {
                domains = [
                    try Question.ask("Domain to receive mail for", nil) {
                        InitInputs.isDomain($0) ? DNSName($0).text : nil
                    }
                ]
            }
            if mailbox == nil {
                mailbox = try Question.ask("Gmail address that gets the mail", nil) {
                    Mailbox(argument: $0)
                }
            }
            if command.alarmEmail.isEmpty {
                let address = try Question.ask(
                    "Address that hears of alarms, not at these domains (none)", "none"
                ) { $0 == "none" || EmailAddress(strict: $0) != nil ? $0 : nil }
                if address != "none" { alarmEmails = [address] }
            }
        }
        try completeZones(settings, isAsking: isAsking && isFirst && command.zone.isEmpty)
    }

    private mutating func completeZones(_ settings: OwnerSettings, isAsking: Bool) throws {
        for text in command.zone where text != "none" {
            guard let (domain, id) = InitInputs.zone(text) else { continue }
            let all = allDomains(settings)
            guard let domain = domain ?? (all.count == 1 ? all[0] : nil), all.contains(domain)
            else {
                throw Failure(
                    .usage,
                    "--zone \(text.printable) is of none of the domains: write DOMAIN=ID, with one "
                        + "of \(all.joined(separator: ", ")).")
            }
            zoneIDs[domain] = id
        }
        guard isAsking else { return }
        for domain in domains {
            let id = try Question.ask(
                "Route 53 zone of \(domain) in which Terraform makes the records (none)", "none"
            ) { $0 == "none" || InitInputs.zone($0) != nil ? $0 : nil }
            if id != "none" { zoneIDs[domain] = id }
        }
    }

    /// The configured domains, then the new ones.
    func allDomains(_ settings: OwnerSettings) -> [String] {
        (settings.domains + domains).uniqued
    }

    func zones(_ settings: OwnerSettings) -> [String: String] {
        settings.zones.merging(zoneIDs) { $1 }
    }

    /// Writes into the settings, and returns the user's configuration with this environment in it.
    func write(
        _ surveys: [DomainSurvey], _ region: String, _ account: String,
        into settings: inout OwnerSettings
    ) throws -> UserConfiguration {
        // Settings of a domain that is configured already are its owner's.
        let new = surveys.filter { !settings.domains.contains($0.domain.text) }
        let isFirst = settings.domains.isEmpty
        let all = allDomains(settings)
        if all != settings.domains { try settings.set("domain", to: .texts(all)) }
        if settings.region == nil { try settings.set("aws_region", to: .text(region)) }
        try settings.add(alarmEmails, to: "alarm_emails")
        if !zoneIDs.isEmpty { try settings.set("route53_zone_ids", to: .map(zones(settings))) }
        if let isPublished = command.publishMx {
            try settings.set("publish_mx", to: .bool(isPublished))
        } else if isFirst, settings["publish_mx"] == nil, new.contains(where: \.isReceiving) {
            try settings.set("publish_mx", to: .bool(false))
        }
        if isFirst, settings["dmarc_policy"] == nil, new.contains(where: \.isInUse) {
            try settings.set("dmarc_policy", to: .text("none"))
        }
        for (name, hosts) in new.flatMap({ $0.senders.sorted { $0.key < $1.key } }) {
            try settings.add(hosts, to: name)
        }
        return try configuration(region, account)
    }

    private func configuration(_ region: String, _ account: String) throws -> UserConfiguration {
        var configuration = try UserConfiguration.ofUser()
        let profile = command.options.profile ?? Variable.value("AWS_PROFILE")
        var place = configuration.places[name] ?? UserConfiguration.Place()
        place.profile = profile ?? place.profile
        place.region = region
        place.account = account
        configuration.places[name] = place
        configuration.defaultEnvironment = configuration.defaultEnvironment ?? name
        return configuration
    }
}
