internal import ArgumentParser

/// The commands about queues.
struct QueuesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queues", abstract: "Show what waits and what has failed; try it again.",
        subcommands: [QueuesStatus.self, QueuesPeek.self, QueuesRedrive.self])
}
