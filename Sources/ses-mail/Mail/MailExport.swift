internal import AWS
internal import ArgumentParser
internal import JSON
internal import Mail
internal import Text

/// Saves stored mail as one mbox file.
struct MailExport: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Save stored mail as one mbox file.",
        discussion: """
            Python's mailbox.mbox, mutt and Thunderbird read the file. A line of a mail that \
            begins with "From " gets a > before it, as in the first mbox format (mboxo), since \
            every reader takes it for the next mail; such mail is counted. All other mail is in \
            the file byte for byte. "mail save" has the bytes of any mail. The newest mail comes \
            first, and the stored mail stays.
            """)

    @Option(help: .init("A file that does not exist yet.", valueName: "file"))
    var mbox: String
    @OptionGroup var filter: MailFilter
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        Output.progress("listing the stored mail …")
        let bucket = try MailBucket(deployment)
        let file = MboxFile(path: mbox)
        try file.checkPlace()
        do {
            try HeldMailSearch(bucket: bucket, filter: filter).run { mails in
                for mail in mails {
                    // It may have been imported, and deleted, since its header was read.
                    guard let bytes = try bucket.bytesIfStored(of: mail.stored.object) else {
                        continue
                    }
                    try file.append(bytes, mail.stored)
                    Output.progress("\(file.count.counted("mail")) saved …")
                }
                return true
            }
            try file.end()
        } catch {
            file.remove()
            throw error
        }
        let marked = file.markedCount.counted("mail")
        let note =
            file.markedCount == 0
            ? "" : " \(marked) of these had lines that begin with From, now >From."
        output.answer(
            [
                "file": mbox.json, "mail_count": file.count.json,
                "marked_count": file.markedCount.json,
            ], "Saved \(file.count.counted("mail")) as \(mbox).\(note)")
    }
}

/// An mbox file that is being written. It is made when there is something to write, so that a
/// failed search leaves none.
private final class MboxFile {
    private let path: String
    private var file: NewFile?
    private(set) var count = 0
    /// How much mail has lines that had to be marked.
    private(set) var markedCount = 0

    init(path: String) {
        self.path = path
    }

    func checkPlace() throws(Failure) {
        try NewFile.checkPlace(path)
    }

    func append(_ bytes: [UInt8], _ mail: StoredMail) throws(Failure) {
        let entry = MboxEntry(
            bytes, sender: mail.source, receivedAt: mail.object.modifiedAt ?? 0)
        try open().append(entry.bytes)
        count += 1
        if entry.isMarked { markedCount += 1 }
    }

    /// Leaves an empty file where no mail was found.
    func end() throws(Failure) {
        _ = try open()
    }

    func remove() {
        file?.remove()
    }

    private func open() throws(Failure) -> NewFile {
        if let file { return file }
        let new = try NewFile(path)
        file = new
        return new
    }
}

/// A mail in an mbox file (RFC 4155), lines as they are.
struct MboxEntry {
    /// The line before the mail, the mail, and the empty line after it.
    let bytes: [UInt8]
    /// Whether lines of the mail had to be marked.
    let isMarked: Bool

    private static let marker = Array("From ".utf8)

    /// - Parameters:
    ///   - sender: of the envelope.
    ///   - receivedAt: epoch seconds.
    init(_ mail: [UInt8], sender: String, receivedAt: Int) {
        let isPlain = !sender.isEmpty && sender.utf8.allSatisfy { 0x21...0x7E ~= $0 }
        let time = UTCTime(epochSeconds: receivedAt).asctime
        var bytes = Array("From \(isPlain ? sender : "MAILER-DAEMON") \(time)\n".utf8)
        bytes.reserveCapacity(bytes.count + mail.count + 100)
        var isMarked = false
        var isLineStart = true
        for (index, byte) in mail.enumerated() {
            if isLineStart, byte == MboxEntry.marker[0],
                mail[index...].starts(with: MboxEntry.marker)
            {
                bytes.append(UInt8(ascii: ">"))
                isMarked = true
            }
            bytes.append(byte)
            isLineStart = byte == UInt8(ascii: "\n")
        }
        if !isLineStart { bytes.append(UInt8(ascii: "\n")) }
        self.bytes = bytes + [UInt8(ascii: "\n")]
        self.isMarked = isMarked
    }
}
