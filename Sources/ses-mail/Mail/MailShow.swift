internal import AWS
internal import ArgumentParser
internal import JSON
internal import Mail

/// Shows a stored mail as text.
struct MailShow: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a stored mail: header, verdicts, text, attachments.",
        discussion: """
            HTML is not shown, and attachments are only named: save the mail to open it in a mail \
            program. Characters that a terminal would obey are shown as escapes, such as \\t and \
            \\u001b. Nothing in the mail is fetched or run, and the stored mail stays.
            """)

    @OptionGroup var mail: MailArgument
    @Flag(help: "Show all header fields, as they are.") var headers = false
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("reading the stored mail, the routing log and the ledger …")
        let bucket = try MailBucket(deployment)
        let object = try bucket.object(mail.id)
        let bytes = try bucket.bytes(of: object)
        let decisions = try RoutingLog(deployment).decisions(of: mail.id, in: object.logRange)
        let stored = StoredMail(object, bucket: bucket.name, beginning: bytes)
        let shown = ShownMail(
            stored: stored, content: ReceivedPart(bytes),
            holding: Holding(stored, decisions, rows: try bucket.ledger(of: mail.id)))
        if output.isJSON { return output.json(shown.json) }
        output.table(headers ? shown.allFields : shown.fields)
        output.line("")
        output.line(shown.text(save: deployment.command("mail save \(mail.id)")))
        if !shown.attachments.isEmpty {
            output.line("")
            output.table(
                shown.attachments,
                [
                    Column("ATTACHMENT", "name", { $0.name ?? "(no name)" }),
                    Column("TYPE", "type", \.type),
                    Column("BYTES", "size", \.byteCount),
                ])
        }
        deployment.pageLine(of: mail.id).map(output.line)
    }
}
