internal import AWS
internal import HTTP
internal import JSON

/// How are the settings of the account that Terraform cannot make?
struct AccountSettings {
    private let xray: RESTService
    private let groups: RESTService

    init(_ session: AWSSession) {
        xray = RESTService(session, "XRay", signingName: "xray", host: "xray", variable: "XRAY")
        groups = RESTService(
            session, "ResourceGroups", signingName: "resource-groups", host: "resource-groups",
            variable: "RESOURCE_GROUPS")
    }

    /// Where trace segments go.
    struct TraceDestination: Equatable, Sendable {
        /// `XRay` or `CloudWatchLogs`.
        let place: String
        /// `PENDING` or `ACTIVE`.
        let status: String
    }

    /// https://docs.aws.amazon.com/xray/latest/api/API_GetTraceSegmentDestination.html
    func traceDestination() throws(AWSError) -> TraceDestination {
        TraceDestination(
            try xray.post("GetTraceSegmentDestination", "/GetTraceSegmentDestination", [:]))
    }

    /// https://docs.aws.amazon.com/xray/latest/api/API_UpdateTraceSegmentDestination.html
    func sendTracesToLogs() throws(AWSError) -> TraceDestination {
        TraceDestination(
            try xray.post(
                "UpdateTraceSegmentDestination", "/UpdateTraceSegmentDestination",
                ["Destination": "CloudWatchLogs"]))
    }

    /// Whether events tell of changes of resource groups.
    struct LifecycleEvents: Equatable, Sendable {
        /// `ACTIVE`, `INACTIVE`, `IN_PROGRESS` or `ERROR`.
        let status: String
        let message: String
    }

    /// https://docs.aws.amazon.com/ARG/latest/APIReference/API_GetAccountSettings.html
    func lifecycleEvents() throws(AWSError) -> LifecycleEvents {
        LifecycleEvents(try groups.post("GetAccountSettings", "/get-account-settings", [:]))
    }

    /// https://docs.aws.amazon.com/ARG/latest/APIReference/API_UpdateAccountSettings.html
    func turnLifecycleEventsOn() throws(AWSError) -> LifecycleEvents {
        LifecycleEvents(
            try groups.post(
                "UpdateAccountSettings", "/update-account-settings",
                ["GroupLifecycleEventsDesiredStatus": "ACTIVE"]))
    }
}

extension AccountSettings.TraceDestination {
    fileprivate init(_ json: JSONValue) {
        place = json["Destination"]?.string ?? ""
        status = json["Status"]?.string ?? ""
    }
}

extension AccountSettings.LifecycleEvents {
    fileprivate init(_ json: JSONValue) {
        let settings = json["AccountSettings"]
        status = settings?["GroupLifecycleEventsStatus"]?.string ?? ""
        message = settings?["GroupLifecycleEventsStatusMessage"]?.string ?? ""
    }
}
