internal import AWS
internal import ArgumentParser
internal import JSON
internal import Mail

/// Deletes a stored mail.
struct MailDelete: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Delete a stored mail.",
        discussion: """
            The command says who has the mail and who loses it, then asks. What a mailbox has \
            stays there. No command of ses-mail brings the mail back; the bucket keeps the deleted \
            version for a while, which the AWS CLI can restore.
            """)

    @OptionGroup var mail: MailArgument
    @Flag(name: .shortAndLong, help: "Do not ask.") var yes = false
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("looking at the stored mail, the routing log and the ledger …")
        let bucket = try MailBucket(deployment)
        let object = try bucket.object(mail.id)
        guard let stored = try bucket.mail(object) else { throw bucket.notStored(mail.id) }
        let decisions = try RoutingLog(deployment).decisions(of: mail.id, in: object.logRange)
        let rows = try bucket.ledger(of: mail.id)
        let held = HeldMail(stored: stored, holding: Holding(stored, decisions, rows: rows))
        let mailboxes = rows.filter { $0.isImport && $0["state"]?.string == "done" }
            .compactMap { $0["SK"]?.string?.dropFirst("GMAIL#".count) }.map(String.init)
        if !output.isJSON { output.table([held], HeldMail.columns) }
        let loss =
            mailboxes.isEmpty
            ? "No mailbox has this mail: its only copy is lost."
            : "\(mailboxes.joined(separator: ", ")) has this mail; the stored copy is lost."
        try deployment.confirm("\(loss) Delete it in \(deployment)?", isGiven: yes)
        try bucket.storage.deleteObject(bucket: bucket.name, key: object.key)
        output.answer(
            ["deleted": mail.id.json, "mailboxes": mailboxes.json], "\(mail.id) is deleted.")
    }
}
