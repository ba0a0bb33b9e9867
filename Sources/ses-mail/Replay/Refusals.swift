internal import AWS

/// The ledger's rows that keep a mail out of a mailbox: what Gmail refused for good, which no
/// delivery from a queue tries again, and what was imported already.
struct Refusals {
    private let database: DynamoDB

    init(_ database: DynamoDB) {
        self.database = database
    }

    /// Deletes the mail's refusals, and its imports into Spam, so that the forwarder imports it
    /// anew. A row about a bounce stays, so that no sender is notified again. So does a claim: the
    /// delivery that has it may be at work, and it ends by itself.
    /// - Parameter again: whether the rows of imports that were made go too.
    func forget(_ messageID: String, again: Bool = false) throws(AWSError) {
        for prefix in ["GMAIL#", "JUNK#"] {
            let rows = try database.rows(partition: "MAIL#\(messageID)", sortKeyPrefix: prefix)
            for row in rows {
                let isForgotten =
                    switch row["state"]?.string {
                    case "refused"?: true
                    case "done"?: again || prefix == "JUNK#"
                    default: false
                    }
                guard isForgotten else { continue }
                try database.deleteItem(key: row.filter { ["PK", "SK"].contains($0.key) })
            }
        }
    }
}
