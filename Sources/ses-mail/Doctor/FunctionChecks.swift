internal import AWS
internal import Text

/// The checks of what works on a mail.
enum FunctionChecks {
    static func group(_ deployment: Deployment, _ settings: DeploymentSettings) -> CheckGroup {
        let session = deployment.session
        let lambda = LambdaService(session)
        let functions = settings.functions.map { function in
            Check("function \(function.rawValue)") {
                PartDiagnosis.function(
                    try lambda.function(function.name(in: deployment.name)), deployment)
            }
        }
        let rules = ["route-to-gmail", "route-to-bouncer", "log-routing"].map { rule in
            Check("rule \(rule)") {
                let name = "\(rule)-\(deployment.name)"
                let state = try EventBridge(session).state(of: name, on: deployment.busName)
                return PartDiagnosis.rule(name, state, deployment)
            }
        }
        return CheckGroup(
            title: "Functions",
            checks: functions + [
                Check(each: "look-up") {
                    let router = FunctionChoice.router.name(in: deployment.name)
                    // That it is missing is a finding of its own.
                    guard let function = try lambda.function(router) else { return [] }
                    let role = function.role.split(separator: "/").last.map(String.init) ?? ""
                    let policy = try IAM(session).policy(
                        named: "ses-mail-router-enrichment-\(deployment.name)", ofRole: role)
                    return [
                        Check.Finding(
                            "rights of router-enrichment",
                            PolicyDiagnosis.lookUp(policy, deployment))
                    ]
                },
                Check("pipe") {
                    PartDiagnosis.pipe(
                        deployment.pipeName, try Pipes(session).pipe(deployment.pipeName),
                        deployment)
                },
                Check(each: "mappings") {
                    try PartDiagnosis.feeds(deployment, settings).map { feed in
                        let function = feed.function.name(in: deployment.name)
                        let mapping = try lambda.mappings(of: function)
                            .first { $0.source.hasPart(feed.source) }
                        return Check.Finding(
                            "feed of \(feed.function.rawValue)",
                            PartDiagnosis.mapping(mapping, of: feed, deployment))
                    }
                },
            ] + rules)
    }
}

extension String {
    /// Whether an ARN names this: at its end, or as one of its parts.
    fileprivate func hasPart(_ part: String) -> Bool {
        hasSuffix(":\(part)") || split(separator: ":").contains { $0.hasPrefix("\(part)/") }
    }
}

/// The judgement of answers about the running parts.
enum PartDiagnosis {
    /// A function with the source of its events.
    struct Feed {
        let function: FunctionChoice
        /// The last part of the queue's ARN, or the table in the stream's.
        let source: String
    }

    static func feeds(_ deployment: Deployment, _ settings: DeploymentSettings) -> [Feed] {
        [
            Feed(function: .forwarder, source: QueueChoice.forwarder.name(in: deployment.name)),
            Feed(function: .bouncer, source: QueueChoice.bouncer.name(in: deployment.name)),
            Feed(function: .credentials, source: "table/\(deployment.tableName)"),
        ].filter { settings.functions.contains($0.function) }
    }

    private static let patience = "look again in a minute"

    static func function(
        _ function: LambdaService.Function?, _ deployment: Deployment
    ) -> Diagnosis {
        guard let function else { return .error("is not there", deployment.applying) }
        let reason = function.reason.isEmpty ? "" : ": \(function.reason)"
        if function.state == "Failed" || function.lastUpdate == "Failed" {
            return .error("its last deployment failed\(reason)", deployment.applying)
        }
        if function.state == "Pending" || function.lastUpdate == "InProgress" {
            return .warning("is being deployed", patience)
        }
        let kind = "\(function.runtime), \(function.architecture)"
        guard function.runtime == "provided.al2023" else {
            return .warning("runs on another runtime: \(kind)", deployment.applying)
        }
        // One that slept for weeks is woken by its next call.
        return .ok("\(function.state.asciiLowercased), \(kind)")
    }

    static func pipe(_ name: String, _ pipe: Pipes.Pipe?, _ deployment: Deployment)
        -> Diagnosis
    {
        guard let pipe else {
            return .error("is not there: no mail is routed", deployment.applying)
        }
        let reason = pipe.reason.isEmpty ? "" : ": \(pipe.reason)"
        switch pipe.state {
        case "RUNNING": return .ok("running")
        case "STOPPED", "STOPPING", "START_FAILED":
            return .error(
                "is \(pipe.state): mail waits in the input queue\(reason)",
                deployment.aws("pipes start-pipe --name \(name)"))
        case "CREATING", "STARTING", "UPDATING": return .warning("is \(pipe.state)", patience)
        default: return .error("is \(pipe.state)\(reason)", deployment.applying)
        }
    }

    static func mapping(
        _ mapping: LambdaService.Mapping?, of feed: Feed, _ deployment: Deployment
    ) -> Diagnosis {
        guard let mapping else {
            return .error("nothing takes from \(feed.source)", deployment.applying)
        }
        switch mapping.state {
        case "Enabled":
            return mapping.lastResult.hasPrefix("PROBLEM")
                ? .warning(
                    "takes from \(feed.source), but: \(mapping.lastResult)",
                    deployment.command("logs \(feed.function.rawValue) --errors"))
                : .ok("takes from \(feed.source)")
        case "Disabled", "Disabling":
            return .error(
                "is disabled: what comes into \(feed.source) waits",
                deployment.aws(
                    "lambda update-event-source-mapping --uuid \(mapping.id) --enabled"))
        default: return .warning("is \(mapping.state)", patience)
        }
    }

    static func rule(_ name: String, _ state: String?, _ deployment: Deployment) -> Diagnosis {
        switch state {
        case nil: return .error("is not there", deployment.applying)
        case "DISABLED":
            let cure = deployment.aws(
                "events enable-rule --name \(name) --event-bus-name \(deployment.busName)")
            return name.hasPrefix("log-")
                ? .warning("is disabled: decisions leave no line", cure)
                : .error("is disabled: its mail gets lost on the bus", cure)
        default: return .ok("enabled")
        }
    }
}
