internal import AWS

/// What did the functions log about one mail?
struct MailLog {
    /// Those that work on a mail.
    static let functions: [FunctionChoice] = [.router, .forwarder, .bouncer]

    private let logs: CloudWatchLogs
    private let deployment: Deployment
    private let sinceMilliseconds: Int

    init(_ deployment: Deployment, sinceMilliseconds: Int) {
        logs = CloudWatchLogs(deployment.session)
        self.deployment = deployment
        self.sinceMilliseconds = sinceMilliseconds
    }

    /// The lines of a function, oldest first, without those that only mention the id.
    func lines(of function: FunctionChoice, about messageID: String) throws(AWSError) -> [LogLine] {
        let source = LogSource.function(function)
        let events = try logs.events(
            in: source.group(in: deployment), mentioning: messageID,
            sinceMilliseconds: sinceMilliseconds)
        return (events ?? []).map { LogLine($0, from: source) }.filter { $0.isAbout(messageID) }
    }
}
