internal import AWS

/// The ledger's rows that keep a mail out of a mailbox: what Gmail refused for good, which no
/// delivery from a queue tries again, and what was imported already.
struct Refusals {
    private let database: DynamoDB

    init(_ deployment: Deployment) {
        database = deployment.database
    }

    /// Deletes the mail's refusals, and its imports into Spam, so that the forwarder imports it
    /// anew. A row about a bounce stays, so that no sender is notified again.
    /// - Parameter again: whether the rows of imports that were made go too.
    func forget(_ messageID: String, again: Bool = false) throws(AWSError) {
        for prefix in ["GMAIL#", "JUNK#"] {
            let rows = try database.rows(partition: "MAIL#\(messageID)", sortKeyPrefix: prefix)
            for row in rows {
                let state = row["state"]?.string
                guard prefix == "JUNK#" || state == "refused" || again && state == "done" else {
                    continue
                }
                try database.deleteItem(key: row.filter { ["PK", "SK"].contains($0.key) })
            }
        }
    }
}
