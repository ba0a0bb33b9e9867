internal import Text

/// One delivery of one record, which claims effects in the ledger.
package struct Claimant: Equatable, Sendable {
    /// 128 random bits in hexadecimal, new for each record. A claim under this name is the
    /// claimant's own: DynamoDB took it, and the answer was lost.
    package let owner: String
    /// The time in epoch milliseconds at which the invocation has ended, and its claims with it.
    package let until: Int64

    package init(until: Int64, owner: String = Claimant.randomOwner()) {
        self.until = until
        self.owner = owner
    }

    package static func randomOwner() -> String {
        Hex.random(byteCount: 16)
    }
}
