/// What mails use. One is taken for 75 KB, for one recipient, and imported into Gmail.
enum MailUsage {
    private static let gigabytes = 75e-6
    private static let tracesPerMail = 2.5

    /// What so many mails a month use.
    static func amounts(mails: Double, _ inventory: Inventory) -> [CostItem: Double] {
        // In an hour with mail, eight of our metrics have data.
        let hoursWithMail = min(mails, 720)
        return ofMails(mails, inventory).merging([.customMetrics: 8 * hoursWithMail / 720]) { $1 }
    }

    /// What so many mails use, whenever they come.
    static func ofMails(_ mails: Double, _ inventory: Inventory) -> [CostItem: Double] {
        [
            .receivedMails: mails, .queueRequests: 6 * mails, .notifications: mails,
            .pipeRequests: mails, .events: mails, .invocations: 2 * mails,
            .computing: mails * 1.55 * Double(inventory.memory) / 1024,
            .tableWrites: 2 * mails, .tableReads: 3 * mails,
            // Deleted after its import, it is kept as an old version for 90 days.
            .storedGigabytes: 3 * gigabytes * mails,
            .objectWrites: mails, .objectReads: mails, .logGigabytes: 8e-6 * mails,
        ].merging(estimated(mails: mails, inventory)) { $1 }
    }

    /// What no metric counts.
    static func estimated(mails: Double, _ inventory: Inventory) -> [CostItem: Double] {
        [
            .traces: inventory.isTracing ? tracesPerMail * mails : 0,
            .egressGigabytes: gigabytes * mails,
        ]
    }
}
