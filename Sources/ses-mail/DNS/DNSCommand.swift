internal import ArgumentParser

/// Commands about DNS.
struct DNSCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dns", abstract: "See whether DNS says what Terraform wants.",
        subcommands: [DNSCheck.self])
}
