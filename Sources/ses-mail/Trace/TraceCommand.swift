internal import AWS
internal import ArgumentParser

/// Shows where a mail is, and what became of it.
struct TraceCommand: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace", abstract: "Show where a mail is, and what became of it.",
        discussion: """
            Draws the path of the mail: the time of each stage, and the place of each part now. \
            Looks into S3, the ledger, the routing log, the functions' logs, X-Ray, which keeps a \
            sample of all traces, and the dead-letter queues, of which it reads \
            \(DeadLetters.limit) messages each at most. Where a part cannot be read completely, \
            the command says so, shows the others, and ends with status 1. The status is 4 where \
            nothing is known of the mail. A Message-ID is looked for in the stored mail, and a \
            recipient in the routing log; where several are found, they are listed, newest first. \
            --watch ends by itself when nothing more happens to the mail.
            """)

    @Argument(
        help: .init(
            """
            An SES id (messageId in every log line), a Message-ID in angle brackets, or a recipient.
            """, valueName: "mail"))
    var mail: TracedMail
    @Option(
        help: """
            How far back to search the logs; otherwise to the time when the mail was stored, or \
            two weeks. \(Since.helpText)
            """)
    var since: Since?
    @OptionGroup var watch: WatchOptions
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        guard let messageID = try chosen(deployment, output) else { return }
        Output.progress("looking into S3, ledger, logs, X-Ray and the dead-letter queues …")
        let trace = try watch.run(
            deployment, output, renew: options, read: { try read(messageID, $0) },
            show: { trace in
                if output.isJSON { return output.json(trace.json) }
                show(MailPath(trace, now: Clock.epochSeconds() * 1000), output)
                trace.sections.forEach { show($0, output) }
                deployment.pageLine(of: messageID).map(output.line)
            }, isLast: { MailPath($0, now: Clock.epochSeconds() * 1000).isFinal })
        let unread = trace.unreadParts
        guard unread.isEmpty else {
            throw Failure(
                .failed, "Not everything could be read: see \(unread.joined(separator: ", ")).")
        }
    }

    private func read(_ messageID: String, _ deployment: Deployment) throws -> MailTrace {
        let trace = try MailTrace(messageID, since: since, deployment)
        guard !trace.isEmpty || !trace.unreadParts.isEmpty else {
            throw Failure(
                .notFound,
                "Nothing is known of the mail \(messageID) in \(deployment) since "
                    + "\(since ?? Since.twoWeeks). Check --env, or look further back with --since.")
        }
        return trace
    }

    /// The id of the mail that is meant; nil where there are several, which are listed.
    private func chosen(_ deployment: Deployment, _ output: Output) throws -> String? {
        if case .identifier(let id) = mail { return id }
        Output.progress("looking for the mail …")
        let found = try TracedMail.Search(deployment, since: since).find(mail)
        guard found.count > 1 else {
            if let only = found.first { return only.messageID }
            throw Failure(
                .notFound,
                "No mail \(mail.words) was found in \(deployment). \(mail.places) Check --env, or "
                    + "look further back with --since.")
        }
        output.list(found, TracedMail.Match.columns)
        if output.format == .text {
            output.line("Choose one with: \(deployment.command("trace SES-ID"))")
        }
        return nil
    }

    private func show(_ path: MailPath, _ output: Output) {
        output.line(output.paint("PATH", .note))
        output.table(path.stageRows.map { [" "] + $0 }, severities: path.stages.map(\.severity))
        output.table(path.endRows.map { [" "] + $0 }, severities: path.ends.map(\.severity))
    }

    private func show(_ section: MailTrace.Section, _ output: Output) {
        output.line(output.paint(section.title, .note))
        output.table(section.rows.map { [" "] + $0 })
        for remark in section.remarks {
            output.line(output.paint("   \(remark.words.printable)", remark.severity))
        }
    }
}

/// A remark on a part: the reason why it could not be read, or not completely.
struct TraceRemark: Equatable {
    let severity: Severity
    let words: String
}

/// One part of the facts about a mail.
struct TracePart<Finding> {
    let title: String
    var found: [Finding] = []
    var remarks: [TraceRemark] = []

    init(_ title: String) {
        self.title = title
    }

    /// Adds the findings of `ask`, or the reason why there are none.
    mutating func read(_ place: String, _ deployment: Deployment, _ ask: () throws -> [Finding]) {
        do {
            found += try ask()
        } catch {
            let sentence = Failure(any: error, in: deployment).sentence
            remarks.append(
                TraceRemark(severity: .error, words: "\(place) could not be read: \(sentence)"))
        }
    }
}
