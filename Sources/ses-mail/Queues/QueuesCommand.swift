internal import ArgumentParser

/// What waits, and what has failed?
struct QueuesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queues", abstract: "What waits, and what has failed.",
        subcommands: [QueuesStatus.self, QueuesPeek.self, QueuesRedrive.self])
}
