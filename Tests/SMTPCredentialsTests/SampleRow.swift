import AWS

@testable import SMTPCredentials

/// A row of John's, in the forms that the state table knows.
struct SampleRow {
    var item: Item

    var row: CredentialRow { CredentialRow(item) }

    /// As an administrator puts it.
    static let new = SampleRow(
        item: ["status": .string("pending"), "allowed_from_addresses": FakeCloud.list])
    /// Its user's name is in it, and nothing else yet.
    static let named = new.with("iam_user_name", .string(SampleIdentity.userName))
    /// With a password, but no word of whose: what other systems left.
    static let unidentified = named.with("active").with("encrypted_password", .string("sealed"))

    static func full(_ status: String?) -> SampleRow {
        var sample = unidentified.with("access_key_id", .string("K"))
        sample.item["status"] = status.map { .string($0) }
        return sample
    }

    var bad: SampleRow { with("allowed_from_addresses", FakeCloud.badList) }

    func with(_ status: String) -> SampleRow { with("status", .string(status)) }
    func owned(by name: String) -> SampleRow { with("iam_user_name", .string(name)) }

    func with(_ attribute: String, _ value: AttributeValue) -> SampleRow {
        SampleRow(item: item.merging([attribute: value]) { $1 })
    }
}

/// What IAM may hold for John: `K` is the key that his row knows, `X` another.
enum SampleIdentity: CaseIterable {
    case none, bare, key, inactive, other, two, twoInactive, strange, strangeInactive, foreign
    /// A key of a user that was made before there was a boundary.
    case unbounded

    static let userName = "ses-smtp-user-john-1700000000"
    static var owner: Owner {
        guard let john = Username("john") else { preconditionFailure("john is a legal name") }
        return Owner(john, environmentName: "test")
    }

    var identity: Identity {
        guard self != .none else { return .none }
        return Identity(
            user: IAM.User(
                name: SampleIdentity.userName, arn: "arn", tags: tags,
                permissionsBoundary: self == .unbounded ? nil : FakeCloud.boundary),
            keys: keys,
            policies: policies)
    }

    private var tags: [String: String] {
        var tags = Dictionary(
            SampleIdentity.owner.tags.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
        if self == .foreign { tags["Environment"] = "prod" }
        return tags
    }

    private var keys: [IAM.AccessKey] {
        switch self {
        case .none, .bare: []
        case .key, .strange, .foreign, .unbounded: [.init(id: "K", isActive: true)]
        case .inactive, .strangeInactive: [.init(id: "K", isActive: false)]
        case .other: [.init(id: "X", isActive: true)]
        case .two: [.init(id: "K", isActive: true), .init(id: "X", isActive: true)]
        case .twoInactive: [.init(id: "K", isActive: false), .init(id: "X", isActive: false)]
        }
    }

    private var policies: [String: String] {
        switch self {
        case .none, .bare: [:]
        case .strange, .strangeInactive:
            [CredentialPlan.policyName: FakeCloud.policy(FakeCloud.otherList), "Strange": "{}"]
        default: [CredentialPlan.policyName: FakeCloud.policy()]
        }
    }
}
