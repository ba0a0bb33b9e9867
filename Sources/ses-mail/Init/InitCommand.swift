internal import AWS
internal import ArgumentParser
internal import JSON
internal import Mail
internal import Process

/// Prepares an environment: looks at the account and at DNS, and writes the settings.
struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Prepare a deployment, and see what comes next.",
        discussion: """
            Asks for what it needs and is not given. Looks at the account, the active receipt rule \
            set and the domains' present records; shows what it would write, and asks. Then it \
            writes owner.auto.tfvars into the environment's Terraform folder (Git ignores it, and \
            Terraform takes its values before those of terraform.tfvars) and your \
            ~/.config/ses-mail/config.json, and prints the next commands. A domain that has mail \
            elsewhere keeps its MX record and gets no strict DMARC policy. Values that are there \
            stay; run it again to add a domain, a zone or an address. Nothing is changed in AWS or \
            in DNS.
            """)

    @Option(help: "A domain to receive mail for; the first is the main one. Repeat it for others.")
    var domain: [String] = []
    @Option(help: "The Gmail address that gets the mail.") var mailbox: Mailbox?
    @Option(
        help: ArgumentHelp(
            "The Route 53 zone in which Terraform makes the records: ID, DOMAIN=ID, or none.",
            valueName: "zone"))
    var zone: [String] = []
    @Option(help: "An address that hears of alarms, or none. Repeat it for others.")
    var alarmEmail: [String] = []
    @Option(help: "The account that the credentials must belong to.") var account: String?
    @Flag(inversion: .prefixedNo, help: "Have the MX records published, or leave them as they are.")
    var publishMx: Bool?
    @Option(
        help: "The DNS server to ask, HOST[:PORT], instead of those of /etc/resolv.conf.",
        transform: ServerAddress.argument)
    var resolver: ServerAddress?
    @Option(help: "The environment's Terraform folder.", completion: .directory)
    var terraformDir: String?
    @Flag(help: "Show what would be written, and write nothing.") var dryRun = false
    @Flag(name: .shortAndLong, help: "Do not ask.") var yes = false
    @OptionGroup var options: CommonOptions

    func validate() throws {
        for name in domain where !InitInputs.isDomain(name) {
            throw ValidationError(InitInputs.domainFault(name))
        }
        for address in alarmEmail where address != "none" && EmailAddress(strict: address) == nil {
            throw ValidationError("\(address.printable) is no email address.")
        }
        for text in zone where text != "none" && InitInputs.zone(text) == nil {
            throw ValidationError(
                "\(text.printable) is no zone: give an id such as Z08212EXAMPLE, or "
                    + "DOMAIN=ID.")
        }
        if let account, !Setting.isAccount(account) {
            throw ValidationError("An account has twelve digits.")
        }
    }

    func run() throws {
        let output = Output(options.json ? .json : .text)
        let isAsking = !yes && Confirmation.isPossible
        let name = try InitInputs.environment(options, isAsking: isAsking)
        let folder = try EnvironmentFolder.path(
            given: terraformDir, of: name, or: "--terraform-dir FOLDER")
        var settings = try OwnerSettings(folder: folder)
        var inputs = InitInputs(self, name: name, isAsking: isAsking)
        let region = try inputs.region(settings)
        try inputs.checkComplete(settings)
        let deployment = try Deployment(
            options.replacing(env: name, profile: nil, region: region))
        do {
            Output.progress("looking at the account …")
            let caller = try checkedCaller(deployment)
            var findings = try InitAccount(deployment, settings).findings(caller)
            try inputs.complete(settings)
            let surveys = try survey(inputs, region, settings)
            let before = settings
            let configuration = try inputs.write(
                surveys, region, caller.account, into: &settings)
            findings += inputs.findings(settings, before: before, surveys)
            let result = InitResult(
                deployment: deployment, settings: settings, configuration: configuration,
                inputs: inputs, account: findings, surveys: surveys, isFirst: before.domains.isEmpty
            )
            try result.present(output, dryRun: dryRun, isGiven: yes)
        } catch let error as AWSError {
            throw Failure(error, in: deployment)
        }
    }

    private func checkedCaller(_ deployment: Deployment) throws -> STS.Caller {
        try deployment.checkAccount()
        let caller = try deployment.caller()
        guard account == nil || account == caller.account else {
            throw Failure(
                .refused,
                "The credentials belong to account \(caller.account) (\(caller.arn)), but "
                    + "--account is \(account ?? ""). Nothing was done: check --profile.")
        }
        return caller
    }

    private func survey(
        _ inputs: InitInputs, _ region: String, _ settings: OwnerSettings
    ) throws -> [DomainSurvey] {
        let resolver = try Resolver(resolver)
        return try inputs.allDomains(settings).map { domain in
            Output.progress("looking at \(domain) in DNS …")
            return try DomainSurvey(
                DNSName(domain), region: region,
                hasZone: inputs.zones(settings)[domain] != nil, ask: resolver.ask)
        }
    }
}
