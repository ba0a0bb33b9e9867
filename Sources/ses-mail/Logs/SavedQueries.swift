internal import AWS
internal import HTTP
internal import JSON
internal import Text

/// The saved queries of this deployment.
struct SavedQueries {
    private let logs: CloudWatchLogs
    private let deployment: Deployment

    init(_ deployment: Deployment) {
        logs = CloudWatchLogs(deployment.session)
        self.deployment = deployment
    }

    /// The text in a query that stands for the id of a mail.
    private static let placeholder = "PUT-THE-MESSAGE-ID-HERE"
    private static let limitSeconds = 60

    private var prefix: String { "ses-mail/\(deployment.name)/" }

    /// By name, without the prefix that all have in common.
    func all() throws(AWSError) -> [CloudWatchLogs.QueryDefinition] {
        try logs.queryDefinitions(prefix: prefix).map { definition in
            CloudWatchLogs.QueryDefinition(
                name: String(definition.name.dropFirst(prefix.count)), text: definition.text,
                groups: definition.groups)
        }.sorted { $0.name < $1.name }
    }

    /// Runs one and waits for its end, a minute at most.
    /// - Parameter since: epoch seconds.
    func run(_ name: String, since: Int, mail: String?) throws -> QueryTable {
        let known = try all()
        guard let definition = known.first(where: { $0.name == name }) else {
            throw Failure(
                .notFound,
                "There is no saved query \(name) in \(deployment). There are: "
                    + known.map(\.name).joined(separator: ", "))
        }
        let text = try SavedQueries.text(of: definition, mail: mail)
        let id = try logs.startQuery(
            text, in: definition.groups, sinceSeconds: since, untilSeconds: Clock.epochSeconds())
        Output.progress("the query runs …")
        for attempt in 0..<(2 * SavedQueries.limitSeconds) {
            if attempt > 0 { deployment.session.pacing.sleep(0.5) }
            let result = try logs.queryResult(id)
            switch result.status {
            case "Complete": return QueryTable(result.rows)
            case "Scheduled", "Running", "Unknown": continue
            default:
                throw Failure(
                    .failed, "The query \(name) ended as \(result.status). Give a shorter --since.")
            }
        }
        // It ends by itself in an hour at the latest.
        try? logs.stopQuery(id)
        throw Failure(
            .failed,
            "The query \(name) took more than a minute and was stopped. Give a shorter --since.")
    }

    private static func text(
        of definition: CloudWatchLogs.QueryDefinition, mail: String?
    ) throws -> String {
        let pieces = definition.text.split(on: placeholder)
        switch (pieces.count > 1, mail) {
        case (true, let mail?): return pieces.joined(separator: mail)
        case (false, nil): return definition.text
        case (true, nil):
            throw Failure(
                .usage, "The query \(definition.name) is about one mail. Name it with --mail.")
        case (false, _):
            throw Failure(
                .usage, "The query \(definition.name) is about all mail. Leave out --mail.")
        }
    }
}

extension Output {
    func table(_ found: QueryTable) {
        if found.rows.isEmpty { return line("The query found nothing in this time.") }
        table(found.cells, moods: [.quiet])
    }

    func print(_ queries: [CloudWatchLogs.QueryDefinition]) {
        if isJSON {
            return json(
                .array(
                    queries.map { query in
                        [
                            "name": .string(query.name), "query": .string(query.text),
                            "logGroups": .array(query.groups.map { .string($0) }),
                        ]
                    }))
        }
        table(
            [["QUERY", "LOOKS AT"]]
                + queries.map { query in
                    [query.name, query.groups.map(\.lastPart).joined(separator: ", ")]
                }, moods: [.quiet])
    }
}

extension String {
    fileprivate var lastPart: String { String(split(separator: "/").last ?? "") }

    /// The pieces between the (ASCII) separators.
    fileprivate func split(on separator: String) -> [String] {
        var pieces: [String] = []
        var rest = Array(utf8)[...]
        while let range = rest.firstRange(ofBytes: Array(separator.utf8)) {
            pieces.append(String(decoding: rest[..<range.lowerBound], as: UTF8.self))
            rest = rest[range.upperBound...]
        }
        return pieces + [String(decoding: rest, as: UTF8.self)]
    }
}
