internal import ArgumentParser

/// Is what is published what Terraform wants?
struct DNSCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dns", abstract: "See whether DNS says what Terraform wants.",
        subcommands: [DNSCheck.self])
}
