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

    /// All of them by name, without their common prefix.
    func all() throws(AWSError) -> [CloudWatchLogs.QueryDefinition] {
        try logs.queryDefinitions(prefix: prefix).map { definition in
            CloudWatchLogs.QueryDefinition(
                name: String(definition.name.dropFirst(prefix.count)), text: definition.text,
                groups: definition.groups)
        }.sorted { $0.name < $1.name }
    }

    /// Runs a query and waits for its end, a minute at most.
    /// - Parameter since: epoch seconds.
    func run(_ name: String, since: Int, mail: String?) throws -> QueryTable {
        let known = try all()
        guard let definition = known.first(where: { $0.name == name }) else {
            throw Failure(
                .notFound,
                "There is no saved query \(name) in \(deployment). The saved queries are: "
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
                    .failed, "The query \(name) ended as \(result.status). Try a shorter --since.")
            }
        }
        // It ends by itself in an hour at the latest.
        try? logs.stopQuery(id)
        throw Failure(
            .failed,
            "The query \(name) took more than a minute and was stopped. Try a shorter --since.")
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

extension CloudWatchLogs.QueryDefinition {
    static var columns: Columns<CloudWatchLogs.QueryDefinition> {
        [
            Column("QUERY", "name", \.name), .data("query", \.text),
            Column("LOOKS AT", "log_groups", \.groups) {
                $0.groups.map(\.lastPart).joined(separator: ", ")
            },
        ]
    }
}

/// The answer of a query. A row lacks the fields that it has no value for.
struct QueryTable: Equatable {
    let names: [String]
    let rows: [[CloudWatchLogs.Field]]

    init(_ rows: [[CloudWatchLogs.Field]]) {
        // `@ptr` points to the event, for other calls.
        self.rows = rows.map { $0.filter { $0.name != "@ptr" } }
        var columns: [String] = []
        for row in self.rows {
            var place = 0
            for field in row {
                if let known = columns.firstIndex(of: field.name) {
                    place = known + 1
                } else {
                    // After the field that it follows in this row.
                    columns.insert(field.name, at: place)
                    place += 1
                }
            }
        }
        names = columns
    }

    var columns: Columns<[CloudWatchLogs.Field]> {
        names.map { name in Column(name, name) { row in row.first { $0.name == name }?.value } }
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
