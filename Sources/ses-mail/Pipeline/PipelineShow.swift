internal import ArgumentParser
internal import JSON

/// Shows whether everything in the pipeline runs.
struct PipelineShow: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show bus, rules, pipe, mappings and stream.",
        discussion: "The exit status is 2 where something is not enabled, or does not run.")

    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("asking EventBridge, Pipes, Lambda and DynamoDB …")
        let view = try PipelineView(deployment)
        if output.isJSON {
            output.json(view.json)
        } else {
            for section in view.sections {
                output.line(output.paint(section.title, .quiet))
                output.table(
                    section.rows.map { [" "] + $0.cells }, moods: section.rows.map(\.mood),
                    details: section.rows.map(\.details))
            }
            for finding in view.findings {
                output.table([finding.cells], moods: [finding.severity.mood])
            }
        }
        try Severity.conclude(view.findings.map(\.severity))
    }
}

extension PipelineView {
    struct Row {
        let cells: [String]
        let mood: Output.Mood?
        var details: [String] = []

        init(_ name: String, _ state: String, isGood: Bool, _ rest: String, details: [String] = [])
        {
            cells = [name, state, rest]
            mood = isGood ? .good : .bad
            self.details = details
        }
    }

    fileprivate var sections: [(title: String, rows: [Row])] {
        [
            ("BUSES", buses.map { Row($0, "", isGood: true, $0 == busName ? "← ours" : "") }),
            ("RULES", rules.map(\.row)),
            ("PIPE", [pipeRow]),
            (
                "MAPPINGS",
                mappings.map { function, mapping in
                    Row(
                        function, mapping.state, isGood: mapping.state == "Enabled", mapping.words)
                }
                    + unfed.map { Row($0, "none", isGood: false, "") }
            ),
            (
                "STREAM",
                [
                    Row(
                        tableName, table.hasStream ? "ENABLED" : "DISABLED",
                        isGood: table.hasStream && table.status == "ACTIVE",
                        "table \(table.status), stream of \(table.streamView)",
                        details: table.streamArn.isEmpty ? [] : [table.streamArn])
                ]
            ),
        ]
    }

    private var pipeRow: Row {
        guard let pipe else { return Row(pipeName, "none", isGood: false, "") }
        let batch = pipe.batchSize.map { ", batch \($0)" } ?? ""
        return Row(
            pipeName, pipe.state, isGood: pipe.state == "RUNNING",
            [pipe.source, pipe.enrichment, pipe.target].map(Resource.name)
                .joined(separator: " → ") + batch)
    }

    fileprivate var json: JSONValue {
        [
            "buses": .array(buses.map { .string($0) }),
            "rules": .array(rules.map(\.json)),
            "pipe": pipe.map { pipe in
                [
                    "name": .string(pipeName), "state": .string(pipe.state),
                    "reason": .string(pipe.reason), "source": .string(pipe.source),
                    "enrichment": .string(pipe.enrichment), "target": .string(pipe.target),
                    "batchSize": pipe.batchSize.map { .integer($0) } ?? .null,
                ]
            } ?? .null,
            "mappings": .array(
                mappings.map { function, mapping in
                    [
                        "function": .string(function), "state": .string(mapping.state),
                        "source": .string(mapping.source),
                        "batchSize": mapping.batchSize.map { .integer($0) } ?? .null,
                        "maximumConcurrency": mapping.maximumConcurrency.map { .integer($0) }
                            ?? .null,
                        "failureDestination": mapping.failureDestination.map { .string($0) }
                            ?? .null,
                    ]
                }),
            "stream": [
                "table": .string(tableName), "tableStatus": .string(table.status),
                "isEnabled": .bool(table.hasStream), "view": .string(table.streamView),
                "arn": table.streamArn.isEmpty ? .null : .string(table.streamArn),
            ],
            "findings": .array(findings.map(\.json)),
        ]
    }
}

extension PipelineView.Rule {
    fileprivate var row: PipelineView.Row {
        PipelineView.Row(
            rule.name, rule.state, isGood: rule.state == "ENABLED" && !targets.isEmpty, "",
            details: ["when \(rule.pattern)"] + targets.map { "to \($0.words)" })
    }

    fileprivate var json: JSONValue {
        // A pattern that is none is shown as the text that it is.
        let pattern = try? JSONValue(parsing: rule.pattern)
        return [
            "name": .string(rule.name), "state": .string(rule.state),
            "pattern": pattern ?? .string(rule.pattern),
            "targets": .array(
                targets.map { target in
                    [
                        "arn": .string(target.arn),
                        "deadLetterArn": target.deadLetterArn.map { .string($0) } ?? .null,
                        "maximumRetries": target.maximumRetries.map { .integer($0) } ?? .null,
                        "maximumAgeSeconds": target.maximumAgeSeconds.map { .integer($0) }
                            ?? .null,
                    ]
                }),
        ]
    }
}

extension EventBridge.Target {
    fileprivate var words: String {
        var words = Resource.name(arn)
        if let maximumRetries { words += ", \(maximumRetries) retries" }
        if let maximumAgeSeconds { words += " within \(maximumAgeSeconds) s" }
        if let deadLetterArn { words += ", then \(Resource.name(deadLetterArn))" }
        return words
    }
}

extension LambdaService.Mapping {
    fileprivate var words: String {
        var words = "from \(Resource.name(source))"
        if let batchSize { words += ", batch \(batchSize)" }
        if let maximumConcurrency { words += ", \(maximumConcurrency) at a time" }
        if let failureDestination { words += ", failures to \(Resource.name(failureDestination))" }
        return words
    }
}
