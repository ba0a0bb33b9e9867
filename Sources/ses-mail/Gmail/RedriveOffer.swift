internal import AWS
internal import ArgumentParser

/// The mail that the forwarder gave up, perhaps because the old token was dead, and the offer to
/// try it again with the new one.
struct RedriveOffer {
    /// The approximate number of dead letters; nil where they could not be counted.
    let count: Int?
    private let deployment: Deployment

    /// Counts the dead letters. Where that fails, standard error says so, and nothing else fails:
    /// the token is stored.
    init(_ deployment: Deployment) {
        self.deployment = deployment
        Output.progress("counting the mail that could not be imported …")
        do {
            count = try DeadLetters(.forwarder, deployment).queue.total
        } catch {
            count = nil
            Output.complain(
                "It is not known whether mail waits for this token. "
                    + "\(Failure(error, in: deployment).sentence) Look with: "
                    + deployment.command("queues status"))
        }
    }

    /// Asks a person at the terminal, and moves the dead letters back after a yes. Where nobody can
    /// be asked, or after another answer, standard error names the command that does it.
    func make(_ output: Output) throws {
        guard let count, count > 0 else { return }
        let queue = QueueChoice.forwarder
        let mail =
            "\(count.counted("mail")) could not be imported, perhaps for want of this token, and "
            + "\(count == 1 ? "waits" : "wait") in \(queue.deadLetterName(in: deployment.name))."
        guard !output.isJSON, Confirmation.isPossible else {
            return Output.complain("\(mail) Try again with: \(command)")
        }
        guard Confirmation.ask("\(mail) Try again now?") else {
            return Output.complain("The mail waits. Try it again with: \(command)")
        }
        try QueuesRedrive.parse([queue.shortName, "--yes"]).run(deployment, output)
    }

    private var command: String {
        deployment.command("queues redrive \(QueueChoice.forwarder.shortName)")
    }
}
