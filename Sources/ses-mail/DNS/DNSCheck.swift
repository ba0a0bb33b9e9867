internal import AWS
internal import ArgumentParser

/// Commands about DNS.
struct DNSCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dns", abstract: "Check or print the DNS records of a deployment.",
        subcommands: [DNSCheck.self, DNSRecords.self])
}

/// Compares live DNS with every record that mail needs, and shows what to change.
struct DNSCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Compare live DNS with what Terraform wants.",
        discussion: """
            The wanted records are Terraform's output dns_configuration_summary. Each record is \
            ok, missing, different, conflicting (receivers ignore all of them), odd (published, \
            but not wanted) or unknown (the DNS server could not tell), with the changes to make \
            in the zone. Then follow the look-ups that SPF needs, CAA records that keep Amazon \
            from issuing the policy's certificate, the MTA-STS policy as senders fetch it, and the \
            states at SES and ACM. The exit status is 2 where something has to be changed, and 5 \
            where DNS or AWS could not tell.
            """)

    @OptionGroup var source: RecordSource
    @Option(
        help: "The DNS server to ask, HOST[:PORT], instead of those of /etc/resolv.conf.",
        transform: ServerAddress.argument)
    var resolver: ServerAddress?
    @Flag(help: "Ask DNS only, and neither the policy's web server nor AWS.") var offline = false
    @OptionGroup var options: CommonOptions

    func run() throws {
        let output = Output(options.json ? .json : .text)
        let chosen = try source.chosen(options)
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

    /// Asks AWS where a deployment is named; the report shows where AWS could not be asked.
    private func lookAtAccount(_ domains: [WantedRecords.Domain], _ report: inout DNSReport) throws
    {
        guard try options.env ?? Deployment.usualName() != nil else {
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
        // The right to ask one may be there without the other.
        for (name, look) in [("SES", view.identities), ("ACM", view.certificates)] {
            do throws(AWSError) {
                for (domain, line) in try look(domains) { report.add([line], to: domain) }
            } catch {
                report.skip(name, Failure(error, in: view.deployment).sentence)
            }
        }
    }
}
