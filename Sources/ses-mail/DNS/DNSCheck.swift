internal import AWS
internal import ArgumentParser

#if canImport(Glibc)
    internal import Glibc
#endif

/// Compares live DNS with every record that mail needs, and says what to change.
struct DNSCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Compare live DNS with what Terraform wants.",
        discussion: """
            What is wanted is Terraform's output dns_configuration_summary. Each record is ok, \
            missing, different, conflicting (receivers ignore all of them), odd (there, and not \
            wanted) or unknown (the DNS server could not say), with what to set in the zone. Then \
            come the look-ups that SPF needs, CAA records that keep Amazon from issuing the \
            policy's certificate, the MTA-STS policy as senders fetch it, and what SES and ACM \
            say. The exit status is 2 where something has to be changed, 5 where DNS or AWS could \
            not say.
            """)

    @Argument(help: "Domains of the deployment; all where none is named.")
    var domains: [String] = []
    @Option(help: "What is wanted, in a file instead (- is standard input).")
    var records: String?
    @Option(
        help: "The DNS server to ask, HOST[:PORT], instead of those of /etc/resolv.conf.",
        transform: ServerAddress.argument)
    var resolver: ServerAddress?
    @Option(help: "The environment's Terraform folder, where it is not found.")
    var terraformDir: String?
    @Flag(help: "Ask DNS only: neither the policy's web server nor AWS.") var offline = false
    @OptionGroup var options: CommonOptions

    func run() throws {
        let output = Output(isJSON: options.json)
        let chosen = try wanted().domains(named: domains)
        var report = DNSReport(resolver: try Resolver(resolver))
        for domain in chosen {
            Output.progress("looking at \(domain.name) …")
            try report.lookAt(domain)
        }
        if offline {
            report.skip("SES, ACM, MTA-STS policies", "--offline")
        } else {
            for domain in chosen { try report.fetchPolicy(of: domain) }
            try lookAtAccount(chosen, &report)
        }
        report.print(to: output)
        if let status = report.status { throw ExitCode(status.rawValue) }
    }

    private func wanted() throws -> WantedRecords {
        if let records {
            return try WantedRecords(
                try TextFile.bytes(path: records), named: TextFile.name(path: records))
        }
        let environment = try Deployment.name(options)
        if let profile = options.profile { setenv("AWS_PROFILE", profile, 1) }
        Output.progress("asking Terraform …")
        let followUp = FollowUp(options, for: environment)
        let summary = try TerraformOutput(followUp: followUp, folder: terraformDir).summary()
        return try WantedRecords(summary, named: "Terraform's output")
    }

    /// Asks AWS where a deployment is named; where AWS cannot be asked, the report says so.
    private func lookAtAccount(_ domains: [WantedRecords.Domain], _ report: inout DNSReport) throws
    {
        guard options.env != nil || Variable.value("SES_MAIL_ENV") != nil else {
            return report.skip("SES, ACM", "no deployment is named with --env")
        }
        let view: AccountView
        do {
            let deployment = try Deployment(options)
            try deployment.checkAccount()
            view = AccountView(deployment: deployment)
        } catch let error as AWSError {
            return report.skip("SES, ACM", "\(error)")
        } catch let failure as Failure where failure.status != .usage {
            return report.skip("SES, ACM", failure.sentence)
        }
        // Whoever may not ask the one may ask the other.
        for (name, look) in [("SES", view.identities), ("ACM", view.certificates)] {
            do throws(AWSError) {
                for (domain, line) in try look(domains) { report.add([line], to: domain) }
            } catch {
                report.skip(name, Failure(error, in: view.deployment).sentence)
            }
        }
    }
}
