internal import ArgumentParser

/// Is what is published what Terraform wants?
struct DNSCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dns", abstract: "Whether DNS says what Terraform wants.",
        subcommands: [DNSCheck.self])
}
