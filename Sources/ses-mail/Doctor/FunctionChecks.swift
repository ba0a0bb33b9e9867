internal import AWS

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
