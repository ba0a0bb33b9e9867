internal import AWS

/// The ledger's rows of mails that Gmail refused for good, which no delivery from a queue tries
/// again.
struct Refusals {
    private let database: DynamoDB

    init(_ deployment: Deployment) {
        database = deployment.database
    }

    /// Deletes the mail's refusals, and its imports into Spam, so that the forwarder imports it
    /// anew. Where a mail was imported or bounced, the row stays, and it is not done again.
    func forget(_ messageID: String) throws(AWSError) {
        for prefix in ["GMAIL#", "JUNK#"] {
            let rows = try database.rows(partition: "MAIL#\(messageID)", sortKeyPrefix: prefix)
            for row in rows where prefix == "JUNK#" || row["state"]?.string == "refused" {
                try database.deleteItem(key: row.filter { ["PK", "SK"].contains($0.key) })
            }
        }
    }
}
