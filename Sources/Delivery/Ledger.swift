package import AWS
package import Mail

/// The table's record of what was done with each mail. A handler claims an effect before it and
/// marks it as done after it, so that a mail that is delivered twice is imported and bounced once.
///
/// Each effect has one row. `state` is `claimed`, `done` or `refused` (Gmail does not take this
/// mail). A claim names its `owner` and holds until the owner's invocation must have ended
/// (`until`, epoch milliseconds); only then may another take it over. It is never given back: the
/// queue delivers again long after that.
///
/// Invariant: the one window is a crash, or an unknown outcome, between the effect and `complete`.
package struct Ledger {
    private let table: DynamoDB
    /// The time for which a row is kept: longer than a message can wait in a dead-letter queue.
    private let retentionDays: Int
    private let epochMilliseconds: () -> Int64

    package init(
        _ table: DynamoDB, retentionDays: Int, epochMilliseconds: @escaping () -> Int64
    ) {
        self.table = table
        self.retentionDays = retentionDays
        self.epochMilliseconds = epochMilliseconds
    }

    /// The answer to a claim.
    package enum Claim: Equatable, Sendable {
        /// The effect is the claimant's to perform.
        case granted
        /// It was performed earlier.
        case done
        /// It was refused for good earlier.
        case refused
    }

    /// Claims the effect in one conditional write, whose refusal returns the row that is in its
    /// way.
    /// - Throws: `LedgerError.heldElsewhere` if another delivery's claim is alive. That delivery
    ///   may still fail, so its claim does not count as a success.
    package func claim(
        _ key: LedgerKey, for claimant: Claimant
    ) throws(LedgerError) -> Claim {
        let outcome: DynamoDB.PutOutcome
        do {
            outcome = try table.putItem(
                row(key, state: "claimed", owner: claimant.owner, until: claimant.until),
                orReadWhereNot: .claimable(at: epochMilliseconds()))
        } catch {
            throw .unavailable(error)
        }
        guard case .refused(let row) = outcome else { return .granted }
        switch row["state"]?.string {
        case "done"?: return .done
        case "refused"?: return .refused
        case "claimed"? where row["owner"]?.string == claimant.owner: return .granted
        case "claimed"? where row["until"]?.integer != nil: throw .heldElsewhere
        default: throw .unreadable
        }
    }

    /// Marks the effect as performed. If this fails, the record must fail too.
    package func complete(_ key: LedgerKey, by claimant: Claimant) throws(LedgerError) {
        try end(key, "done", by: claimant)
    }

    /// Marks the effect as refused for good, so that nobody tries it again.
    /// - Parameter reason: the refusing side and its reason, for a person who reads the row.
    package func refuse(
        _ key: LedgerKey, by claimant: Claimant, reason: String
    ) throws(LedgerError) {
        try end(key, "refused", by: claimant, with: ["reason": .string(reason)])
    }

    private func end(
        _ key: LedgerKey, _ state: String, by claimant: Claimant, with attributes: Item = [:]
    ) throws(LedgerError) {
        let row = row(key, state: state, owner: claimant.owner, until: epochMilliseconds())
        do {
            try table.putItem(row.merging(attributes) { $1 })
        } catch {
            throw .unavailable(error)
        }
    }

    private func row(_ key: LedgerKey, state: String, owner: String, until: Int64) -> Item {
        [
            "PK": .string(key.pk), "SK": .string(key.sk), "state": .string(state),
            "owner": .string(owner), "until": .number(Int(until)),
            "expires_at": .number(Int(epochMilliseconds() / 1000) + retentionDays * 86_400),
        ]
    }
}

/// The reason why an effect could not be claimed, or could not be marked as done.
package enum LedgerError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The claim of another delivery is alive.
    case heldElsewhere
    /// The row has neither a state nor a claim that can be read.
    case unreadable
    case unavailable(AWSError)

    package var description: String {
        switch self {
        case .heldElsewhere: "another delivery of this mail holds the claim"
        case .unreadable: "the ledger's row of this mail has a form that is not known"
        case .unavailable(let error): "the ledger is not available: \(error)"
        }
    }
}

extension DynamoDB.Expression {
    /// The condition that there is no row, or that its claim has run out.
    fileprivate static func claimable(at now: Int64) -> Self {
        .init(
            "attribute_not_exists(PK) OR (#state = :claimed AND #until < :now)",
            names: ["#state": "state", "#until": "until"],
            values: [":claimed": .string("claimed"), ":now": .number(Int(now))])
    }
}
