internal import AWS

/// The lines that the functions logged about one mail.
struct MailLog {
    /// The functions that handle a mail.
    static let functions: [FunctionChoice] = [.router, .forwarder, .bouncer]

    private let logs: CloudWatchLogs
    private let deployment: Deployment
    private let range: TimeRange

    init(_ deployment: Deployment, _ range: TimeRange) {
        logs = CloudWatchLogs(deployment.session)
        self.deployment = deployment
        self.range = range
    }

    /// The lines of a function about the mail, oldest first.
    func lines(of function: FunctionChoice, about messageID: String) throws(AWSError) -> [LogLine] {
        let source = LogSource.function(function)
        let events = try logs.events(
            of: .mentioning(messageID, in: source.group(in: deployment), range))
        return (events ?? []).map { LogLine($0, from: source) }.filter { $0.isAbout(messageID) }
    }
}
