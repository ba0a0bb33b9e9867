internal import AWS
internal import ArgumentParser
internal import JSON
internal import Mail
internal import Process

/// Saves a stored mail as a file.
struct MailSave: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "save", abstract: "Save a stored mail as a file.",
        discussion: """
            The file has the mail as SES stored it, with SES's own lines before those of the \
            sender; mail programs open it. A file that exists already is left as it is. The stored \
            mail stays.
            """)

    @OptionGroup var mail: MailArgument
    @Argument(help: "The file. Default: SES-ID.eml in this folder.") var file: String?
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("looking for the stored mail …")
        let bucket = try MailBucket(deployment)
        let object = try bucket.object(mail.id)
        let path = file ?? "\(mail.id).eml"
        let file = try NewFile(path)
        do {
            try bucket.storage.getObject(
                bucket: bucket.name, key: object.key, into: file.descriptor,
                limit: Int64(MailBucket.largestMail))
        } catch {
            file.remove()
            throw error
        }
        output.answer(
            ["file": .string(path), "byte_count": .integer(object.byteCount)],
            "Saved as \(path), \(object.byteCount) bytes.")
    }
}

/// The one mail that a command is about.
struct MailArgument: ParsableArguments {
    @Argument(
        help: .init(
            "SES id: messageId in every log line, the last part of the S3 key.",
            valueName: "ses-id"))
    var id: String

    func validate() throws {
        try SESIdentifier.check(id)
    }
}

/// A new file for mail: never written over another file, and readable by its owner only.
final class NewFile {
    private let path: String
    private let file: OpenFile

    init(_ path: String) throws(Failure) {
        self.path = path
        do {
            file = try OpenFile(creating: path, readers: .owner)
        } catch {
            throw NewFile.failure(error.isExistingFile ? "it exists already" : "\(error)", path)
        }
    }

    /// Refuses the place of another file before much is read for it.
    static func checkPlace(_ path: String) throws(Failure) {
        if FileSystem.exists(path) { throw failure("it exists already", path) }
    }

    private static func failure(_ reason: String, _ path: String) -> Failure {
        Failure(.failed, "The file \(path) cannot be made: \(reason).")
    }

    /// Valid as long as the file.
    var descriptor: Int32 { file.descriptor.number }

    /// Writes the bytes after those that it has.
    func append(_ bytes: [UInt8]) throws(Failure) {
        do {
            try file.write(bytes)
        } catch {
            throw Failure(.failed, "The file \(path) cannot be written: \(error).")
        }
    }

    func remove() {
        FileSystem.remove(path)
    }
}
