internal import AWS
internal import ArgumentParser

/// A setting of the account that Terraform cannot make, and `doctor --fix` can.
enum AccountFix: String, CaseIterable, ExpressibleByArgument {
    case groupLifecycleEvents = "group-lifecycle-events"
    case transactionSearch = "transaction-search"

    /// What is asked before it is made.
    func question(_ deployment: Deployment) -> String {
        switch self {
        case .groupLifecycleEvents:
            "Send events about changes of resource groups, for the whole account in "
                + "\(deployment.region)?"
        case .transactionSearch:
            "Send all traces of the account in \(deployment.region) to CloudWatch Logs, where they "
                + "cost by their volume? X-Ray then indexes a part of them only, and trace and "
                + "test find fewer."
        }
    }

    /// Whether it is made already.
    func isMade(_ session: AWSSession) throws(AWSError) -> Bool {
        switch self {
        case .groupLifecycleEvents: try ResourceGroups(session).lifecycleEvents().status == "ACTIVE"
        case .transactionSearch: try XRay(session).destination().place == "CloudWatchLogs"
        }
    }

    /// Makes it and answers the state that follows.
    func make(_ deployment: Deployment) throws(AWSError) -> Diagnosis {
        let session = deployment.session
        return switch self {
        case .groupLifecycleEvents:
            try ResourceGroups(session).turnLifecycleEventsOn().diagnosis(for: deployment)
        case .transactionSearch: try XRay(session).sendTracesToLogs().diagnosis
        }
    }
}
