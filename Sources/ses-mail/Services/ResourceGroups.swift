internal import AWS
internal import JSON

/// The calls of Resource Groups, for operators
/// (https://docs.aws.amazon.com/ARG/latest/APIReference/).
struct ResourceGroups {
    private let rest: RESTProtocol

    init(_ session: AWSSession) {
        rest = RESTProtocol(
            session, "ResourceGroups", host: "resource-groups", variable: "RESOURCE_GROUPS")
    }

    /// The setting whether changes of resource groups send events.
    struct LifecycleEvents: Equatable, Sendable {
        /// `ACTIVE`, `INACTIVE`, `IN_PROGRESS` or `ERROR`.
        let status: String
        let message: String
    }

    /// `GetAccountSettings`
    func lifecycleEvents() throws(AWSError) -> LifecycleEvents {
        LifecycleEvents(try rest.post("GetAccountSettings", "/get-account-settings", [:]))
    }

    /// `UpdateAccountSettings`
    func turnLifecycleEventsOn() throws(AWSError) -> LifecycleEvents {
        LifecycleEvents(
            try rest.post(
                "UpdateAccountSettings", "/update-account-settings",
                ["GroupLifecycleEventsDesiredStatus": "ACTIVE"]))
    }
}

extension ResourceGroups.LifecycleEvents {
    fileprivate init(_ answer: AWSAnswer<JSONValue>) {
        let settings = answer["AccountSettings"]
        status = settings?["GroupLifecycleEventsStatus"]?.string ?? ""
        message = settings?["GroupLifecycleEventsStatusMessage"]?.string ?? ""
    }
}
