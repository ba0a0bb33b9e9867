internal import ArgumentParser
internal import JSON

/// The commands about the pipeline.
struct PipelineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pipeline", abstract: "Show whether everything runs; try parts of it by hand.",
        // The first help fits on one page, and "doctor" looks at the same.
        shouldDisplay: false,
        subcommands: [PipelineShow.self, PipelineSend.self, PipelineInvoke.self])
}

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
                output.line(output.paint(section.title, .note))
                output.table(
                    section.rows.map { [" "] + $0.cells }, severities: section.rows.map(\.severity),
                    details: section.rows.map(\.details))
            }
            output.table(view.findings, PipelineView.Finding.columns, severity: \.severity)
        }
        try Severity.conclude(view.findings.map(\.severity))
    }
}

extension PipelineView {
    struct Row {
        let cells: [String]
        let severity: Severity
        var details: [String] = []

        init(_ name: String, _ state: String, isGood: Bool, _ rest: String, details: [String] = [])
        {
            cells = [name, state, rest]
            severity = isGood ? .ok : .error
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
        let mapping: Columns<(function: String, mapping: LambdaService.Mapping)> = [
            .data("function", \.function), .data("state", \.mapping.state),
            .data("source", \.mapping.source), .data("batch_size", \.mapping.batchSize),
            .data("maximum_concurrency", \.mapping.maximumConcurrency),
            .data("failure_destination", \.mapping.failureDestination),
        ]
        return [
            "buses": buses.json, "rules": rules.map(\.json).json,
            "pipe": pipe.map { pipe -> JSONValue in
                [
                    "name": pipeName.json, "state": pipe.state.json, "reason": pipe.reason.json,
                    "source": pipe.source.json, "enrichment": pipe.enrichment.json,
                    "target": pipe.target.json, "batch_size": pipe.batchSize.json,
                ]
            }.json,
            "mappings": mapping.array(mappings),
            "stream": [
                "table": tableName.json, "table_status": table.status.json,
                "enabled": table.hasStream.json, "view": table.streamView.json,
                "arn": (table.streamArn.isEmpty ? nil : table.streamArn).json,
            ],
            "findings": Finding.columns.array(findings),
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
        // A pattern that is not JSON is shown as text.
        let pattern = try? JSONValue(parsing: rule.pattern)
        let target: Columns<EventBridge.Target> = [
            .data("arn", \.arn), .data("dead_letter_arn", \.deadLetterArn),
            .data("maximum_retries", \.maximumRetries),
            .data("maximum_age_seconds", \.maximumAgeSeconds),
        ]
        return [
            "name": rule.name.json, "state": rule.state.json,
            "pattern": pattern ?? .string(rule.pattern), "targets": target.array(targets),
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

/// The short name of a resource.
enum Resource {
    /// `arn:aws:sqs:eu-west-1:123:a` → `sqs a`; a stream has the name of its table.
    static func name(_ arn: String) -> String {
        let parts = arn.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 6 else { return arn }
        var name = parts[5]
        for prefix in ["log-group:", "function:", "event-bus/", "table/"]
        where name.hasPrefix(prefix) {
            name = name.dropFirst(prefix.count)
        }
        if parts[2] == "dynamodb" { name = name.prefix { $0 != "/" } }
        return "\(parts[2]) \(name)"
    }
}
