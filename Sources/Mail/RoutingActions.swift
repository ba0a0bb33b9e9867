/// What is to be done with a mail, recipient by recipient?
///
/// As JSON the three keys are always there, each `{"count": n, "targets": […]}`: the bus's rules
/// match on the counts.
package struct RoutingActions: Equatable, Sendable {
    package var store: [RoutingTarget]
    package var forwardToGmail: [ForwardTarget]
    package var bounce: [RoutingTarget]

    package init(
        store: [RoutingTarget] = [], forwardToGmail: [ForwardTarget] = [],
        bounce: [RoutingTarget] = []
    ) {
        self.store = store
        self.forwardToGmail = forwardToGmail
        self.bounce = bounce
    }
}

/// Which recipient is stored or bounced, by which rule, and why?
package struct RoutingTarget: Equatable, Sendable, Codable {
    /// The recipient, byte for byte as received.
    package let target: String
    /// The matched rule's partition key; `nil` where no rule was asked or found.
    package let rule: String?
    /// The rule's description, 200 Unicode scalars at most.
    package let description: String?
    package let reason: RoutingReason?

    package init(
        target: String, rule: String? = nil, description: String? = nil,
        reason: RoutingReason? = nil
    ) {
        self.target = target
        self.rule = rule
        self.description = description?.cut(atScalars: 200)
        self.reason = reason
    }
}

/// Which recipient is forwarded, to which mailbox, by which rule?
package struct ForwardTarget: Equatable, Sendable, Codable {
    /// The recipient, byte for byte as received.
    package let target: String
    /// The Gmail address.
    package let destination: String
    /// The matched rule's partition key.
    package let rule: String?

    package init(target: String, destination: String, rule: String?) {
        self.target = target
        self.destination = destination
        self.rule = rule
    }
}

extension RoutingActions: Codable {
    private enum CodingKeys: String, CodingKey {
        case store
        case forwardToGmail = "forward-to-gmail"
        case bounce
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(CountedTargets(targets: store), forKey: .store)
        try container.encode(CountedTargets(targets: forwardToGmail), forKey: .forwardToGmail)
        try container.encode(CountedTargets(targets: bounce), forKey: .bounce)
    }

    /// Throws where a count is not that of its targets, or where there is no target at all: a
    /// handler that took it for "nothing to do" would lose the mail.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func targets<Target>(_ key: CodingKeys) throws -> [Target]
        where Target: Codable & Sendable {
            try container.decodeIfPresent(CountedTargets<Target>.self, forKey: key)?.targets ?? []
        }
        self.init(
            store: try targets(.store), forwardToGmail: try targets(.forwardToGmail),
            bounce: try targets(.bounce))
        if store.isEmpty, forwardToGmail.isEmpty, bounce.isEmpty {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "There are no targets."))
        }
    }
}

/// How many targets are there, and which?
private struct CountedTargets<Target: Codable & Sendable>: Codable {
    let count: Int
    let targets: [Target]

    init(targets: [Target]) {
        self.count = targets.count
        self.targets = targets
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        count = try container.decode(Int.self, forKey: .count)
        targets = try container.decode([Target].self, forKey: .targets)
        if count != targets.count {
            throw DecodingError.dataCorruptedError(
                forKey: .count, in: container,
                debugDescription: "The count is \(count), but there are \(targets.count) targets.")
        }
    }
}
