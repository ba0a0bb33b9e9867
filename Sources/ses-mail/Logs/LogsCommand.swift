internal import AWS
internal import ArgumentParser
internal import JSON

/// What do the functions say?
struct LogsCommand: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Show what functions, bus and pipe have logged.",
        discussion: """
            Without a source the lines of all four functions, merged in the order of time. \
            Lambda's own lines and the counts are left out, but for those that say that a function \
            died.

            --query runs one of the saved queries of CloudWatch Logs Insights; --query list says \
            which there are. With --follow, --json is one document a line.
            """)

    @Argument(help: LogSource.help) var sources: [LogSource] = []
    @Option(help: "How far back (1h): \(Since.helpText)") var since: Since?
    @Flag(help: "Go on until Ctrl-C.") var follow = false
    @Flag(help: "Only warnings, errors and crashes.") var errors = false
    @Option(help: "Only lines about this mail.") var mail: String?
    @Option(help: "Run a saved query, or list them.") var query: String?
    @Flag(help: "Lambda's own lines and the counts too.") var raw = false
    @OptionGroup var options: CommonOptions

    func validate() throws {
        if let mail { try SESIdentifier.check(mail) }
        if query != nil && (follow || errors || raw || !sources.isEmpty) {
            throw ValidationError(
                "--query goes with --since, --mail and --json alone: the query says where it looks "
                    + "and for what.")
        }
    }

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("reading the log …")
        let start = since?.epochSeconds ?? Clock.epochSeconds() - 3600
        if let query {
            let saved = SavedQueries(deployment)
            guard query != "list" else { return output.print(try saved.all()) }
            let table = try saved.run(query, since: start, mail: mail)
            return output.isJSON ? output.json(table.json) : output.table(table)
        }
        let chosen = LogSource.allCases.filter {
            (sources.isEmpty ? LogSource.functions : sources).contains($0)
        }
        var tail = LogTail(chosen, sinceMilliseconds: start * 1000, deployment) { line in
            (raw || line.kind != .noise) && (!errors || line.isTrouble)
                && (mail.map { line.isAbout($0) } ?? true)
        }
        tail.messageID = mail
        let width = chosen.map(\.name.count).max() ?? 0
        func show(_ lines: [LogLine]) {
            for line in lines {
                output.answer(line.json, output.paint(line.text(width: width), line.mood))
            }
        }
        if follow {
            try tail.follow(deployment.session.pacing, show)
        } else {
            let lines = try tail.next()
            if lines.isEmpty { Output.progress("Nothing of that was logged in this time.") }
            if output.isJSON { output.json(.array(lines.map(\.json))) } else { show(lines) }
        }
    }
}
