package import AWS
package import Mail

/// Has this been done for this mail already? A handler claims each effect before it, and marks it
/// done after it, so that a mail delivered twice is imported and bounced once.
///
/// One row an effect: `state` is `claimed` or `done`; a claim holds until the invocation that made
/// it must have ended (`until`, epoch milliseconds), and only then may another take it over.
///
/// Invariant: the one window is a crash, or an unknown outcome, between the effect and `complete`.
package struct Ledger {
    /// The row as it is now, or nil (a consistent read).
    let read: (LedgerKey) throws(AWSError) -> Item?
    /// Writes the row where the condition holds.
    let write: (Item, DynamoDB.Expression?) throws(AWSError) -> Void
    /// Deletes the row where the condition holds.
    let delete: (LedgerKey, DynamoDB.Expression) throws(AWSError) -> Void
    let epochMilliseconds: () -> Int64
    /// How long a row is kept: longer than a mail can wait in a dead-letter queue.
    let retentionDays: Int

    package init(
        _ database: DynamoDB, retentionDays: Int, epochMilliseconds: @escaping () -> Int64
    ) {
        self.init(
            read: { key throws(AWSError) in try database.getItem(key: key.item) },
            write: { row, condition throws(AWSError) in try database.putItem(row, if: condition) },
            delete: { key, condition throws(AWSError) in
                try database.deleteItem(key: key.item, if: condition)
            },
            epochMilliseconds: epochMilliseconds, retentionDays: retentionDays)
    }

    package init(
        read: @escaping (LedgerKey) throws(AWSError) -> Item?,
        write: @escaping (Item, DynamoDB.Expression?) throws(AWSError) -> Void,
        delete: @escaping (LedgerKey, DynamoDB.Expression) throws(AWSError) -> Void,
        epochMilliseconds: @escaping () -> Int64, retentionDays: Int
    ) {
        self.read = read
        self.write = write
        self.delete = delete
        self.epochMilliseconds = epochMilliseconds
        self.retentionDays = retentionDays
    }

    /// What a claim found.
    package enum Claim: Equatable, Sendable {
        /// The effect is the caller's to perform.
        case granted
        /// It has been performed.
        case done
    }

    /// Claims the effect until `until` (epoch milliseconds).
    /// - Throws: `LedgerError.heldElsewhere` where a claim is alive: that is no success, since its
    ///   owner may yet fail.
    package func claim(_ key: LedgerKey, until: Int64) throws(LedgerError) -> Claim {
        let now = epochMilliseconds()
        if let row = try current(key) {
            if row["state"]?.string == "done" { return .done }
            guard (row["until"]?.integer ?? 0) < now else { throw .heldElsewhere }
        }
        do {
            try write(row(key, state: "claimed", until: until), .claimable(at: now))
        } catch  where error.isConditionalCheckFailed {
            throw .heldElsewhere
        } catch {
            throw .unavailable(error)
        }
        return .granted
    }

    private func current(_ key: LedgerKey) throws(LedgerError) -> Item? {
        do {
            return try read(key)
        } catch {
            throw .unavailable(error)
        }
    }

    /// Marks the effect as performed. Where this fails, the record must fail too.
    package func complete(_ key: LedgerKey) throws(LedgerError) {
        do {
            try write(row(key, state: "done", until: epochMilliseconds()), nil)
        } catch {
            throw .unavailable(error)
        }
    }

    /// Gives a claim back, because the effect is known not to have happened. A claim that is no
    /// longer the caller's stays.
    package func release(_ key: LedgerKey, until: Int64) throws(LedgerError) {
        do {
            try delete(key, .claimed(until: until))
        } catch  where error.isConditionalCheckFailed {
            return
        } catch {
            throw .unavailable(error)
        }
    }

    private func row(_ key: LedgerKey, state: String, until: Int64) -> Item {
        var row = key.item
        row["state"] = .string(state)
        row["until"] = .number(Int(until))
        row["expires_at"] = .number(Int(epochMilliseconds() / 1000) + retentionDays * 86_400)
        return row
    }
}

/// Why is an effect not the caller's to perform?
package enum LedgerError: Error, Equatable, Sendable, CustomStringConvertible {
    case heldElsewhere
    case unavailable(AWSError)

    package var description: String {
        switch self {
        case .heldElsewhere: "another delivery of this mail holds the claim"
        case .unavailable(let error): "the ledger is not available: \(error)"
        }
    }
}

extension DynamoDB.Expression {
    /// There is no row, or its claim has run out.
    fileprivate static func claimable(at now: Int64) -> Self {
        .init(
            "attribute_not_exists(PK) OR (#state = :claimed AND #until < :now)",
            names: ["#state": "state", "#until": "until"],
            values: [":claimed": .string("claimed"), ":now": .number(Int(now))])
    }

    /// The claim is the one that was made with this `until`.
    fileprivate static func claimed(until: Int64) -> Self {
        .init(
            "#state = :claimed AND #until = :until",
            names: ["#state": "state", "#until": "until"],
            values: [":claimed": .string("claimed"), ":until": .number(Int(until))])
    }
}

extension LedgerKey {
    fileprivate var item: Item { ["PK": .string(pk), "SK": .string(sk)] }
}
