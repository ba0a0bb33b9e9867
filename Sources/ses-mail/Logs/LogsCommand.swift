internal import AWS
internal import ArgumentParser
internal import JSON
internal import Mail

/// Shows the lines of the log groups.
struct LogsCommand: ListCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Show what functions, bus and pipe have logged.",
        discussion: """
            Without a source, the lines of all functions but the digest are merged in the order \
            of time. Lambda's own lines and the counts are left out, except the reports that a \
            function died. A search of more than 1000 pages is cut; the command then says so, and \
            its exit status is 1.

            --query runs one of the saved queries of CloudWatch Logs Insights; --query list shows \
            them, and only these answers can be printed with --tsv. With --follow, --json prints \
            one document a line.
            """)

    @Argument(help: LogSource.help) var sources: [LogSource] = []
    @Option(help: "How far back (1h): \(Since.helpText)") var since: Since?
    @Flag(help: "Continue until Ctrl-C.") var follow = false
    @Flag(help: "Only warnings, errors and crashes.") var errors = false
    @Option(help: "Only lines about this mail.") var mail: String?
    @Option(help: "Run a saved query, or list them.") var query: String?
    @Flag(help: "Include Lambda's own lines and the counts.") var raw = false
    @OptionGroup var list: ListOptions
    @OptionGroup var options: CommonOptions

    func validate() throws {
        if let mail { try SESIdentifier.check(mail) }
        if query != nil && (follow || errors || raw || !sources.isEmpty) {
            throw ValidationError(
                "--query can be used with --since, --mail, --json and --tsv only: the query itself "
                    + "names the logs and the lines.")
        }
        if query == nil && list.tsv { throw ValidationError("--tsv needs --query.") }
    }

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("reading the log …")
        let start = since?.epochSeconds ?? Clock.epochSeconds() - 3600
        if let query {
            let saved = SavedQueries(deployment)
            guard query != "list" else {
                return output.list(try saved.all(), CloudWatchLogs.QueryDefinition.columns)
            }
            let table = try saved.run(query, since: start, mail: mail)
            if table.rows.isEmpty && output.format == .text {
                return output.line("The query found nothing in this time.")
            }
            return output.list(table.rows, table.columns)
        }
        let chosen = LogSource.allCases.filter {
            (sources.isEmpty ? LogSource.functions : sources).contains($0)
        }
        var tail = LogTail(chosen, patterns: patterns, since: start, deployment) { line in
            (raw || line.kind != .noise) && (!errors || line.isTrouble)
                && (mail.map { line.isAbout($0) } ?? true)
        }
        let width = chosen.map(\.name.count).max() ?? 0
        func show(_ line: LogLine) {
            output.answer(line.json, output.paint(line.text(width: width), line.severity))
        }
        if follow { return try tail.follow(renew: { try Deployment(options) }, show) }
        var lines: [JSONValue] = []
        var isEmpty = true
        let cuts = try tail.read { line in
            isEmpty = false
            if output.isJSON { lines.append(line.json) } else { show(line) }
        }
        if output.isJSON { output.json(.array(lines)) }
        if let failure = Failure(cuts) { throw failure }
        if isEmpty { Output.progress("No such line was logged in this time.") }
    }

    private var patterns: [String] {
        if let mail { return ["\"\(mail)\""] }
        return errors ? Trouble.patterns : [""]
    }
}
