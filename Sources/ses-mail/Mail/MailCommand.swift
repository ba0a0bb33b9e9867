internal import AWS
internal import ArgumentParser
internal import JSON
internal import Process
internal import Text

/// The commands about stored mail itself.
struct MailCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mail", abstract: "Get stored mail out of the bucket.", shouldDisplay: false,
        subcommands: [MailSave.self])
}

/// Saves a stored mail as a file.
struct MailSave: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "save", abstract: "Save a stored mail as a file.",
        discussion: """
            The file has the mail as SES stored it, with SES's own lines before those of the \
            sender; mail programs open it. A file that exists already is left as it is. The stored \
            mail stays.
            """)

    @Argument(
        help: .init(
            "SES id: messageId in every log line, the last part of the S3 key.",
            valueName: "ses-id"))
    var messageID: String
    @Argument(help: "The file. Default: SES-ID.eml in this folder.") var file: String?
    @OptionGroup var options: CommonOptions

    /// SES receives no larger mail.
    private static let largestMail: Int64 = 150 << 20

    func validate() throws {
        try SESIdentifier.check(messageID)
    }

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("looking for the stored mail …")
        let bucket = try deployment.bucketName()
        let storage = S3(deployment.session)
        let key = StoredMail.key(of: messageID)
        guard let object = try storage.object(key, in: bucket) else {
            throw Failure(
                .notFound,
                "The mail \(messageID) is not stored: it was imported, or is older than the "
                    + "retention. See: \(deployment.command("trace \(messageID)"))")
        }
        let path = file ?? "\(messageID).eml"
        // Others on this machine may not read it.
        let saved = try newFile(path)
        do {
            try storage.getObject(
                bucket: bucket, key: key, into: saved.descriptor.number, limit: Self.largestMail)
        } catch {
            FileSystem.remove(path)
            throw error
        }
        output.answer(
            ["file": .string(path), "byte_count": .integer(object.byteCount)],
            "Saved as \(path), \(object.byteCount) bytes.")
    }

    private func newFile(_ path: String) throws(Failure) -> OpenFile {
        do {
            return try OpenFile(creating: path, readers: .owner)
        } catch {
            let reason = error.isExistingFile ? "it exists already" : "\(error)"
            throw Failure(.failed, "The file \(path) cannot be made: \(reason).")
        }
    }
}
