internal import Gmail
internal import Process

/// A mail on disk, on its way from S3 to Gmail: an open file without a name, gone with its owner.
/// However large the mail, only a chunk of it is ever in memory.
struct SpooledMail: ~Copyable {
    private let file: OpenFile
    /// The size in bytes; known once the mail is inspected.
    private(set) var count: Int64 = 0
    /// Whether the mail has a Message-ID of its own.
    private var hasMessageID = false
    /// The offsets of the names of all its Message-ID fields, in junk only; nil if they are too
    /// many.
    private var messageIDOffsets: [Int64]? = []
    private let originalMessageId: String

    /// An empty file for the mail of that id.
    init(originalMessageId: String) throws(SpoolError) {
        self.originalMessageId = originalMessageId
        do {
            file = try OpenFile.temporary()
        } catch {
            throw SpoolError(step: "made", reason: error)
        }
    }

    var descriptor: Int32 { file.descriptor.number }

    /// Finds out how large the mail is, and whether it has a Message-ID.
    /// - Parameter isJunk: whether all of them must be known.
    mutating func inspect(isJunk: Bool) throws(SpoolError) {
        do {
            count = try file.count
            let search = try searched(findsAll: isJunk)
            hasMessageID = search.answer == .found
            messageIDOffsets = search.fieldOffsets
        } catch {
            throw SpoolError(step: "read", reason: error)
        }
    }

    /// The mail as it is, with a Message-ID where it has none: the same at each try.
    var asReceived: GmailAPI.Mail {
        GmailAPI.Mail(
            header: hasMessageID ? [] : messageID(""), descriptor: descriptor, fileCount: count)
    }

    /// The mail with one Message-ID, which is made here, and its own under another name.
    ///
    /// Gmail merges messages of one Message-ID and joins their labels, so junk that carries a good
    /// mail's could drag that mail into Spam. Nil if it has too many of them to rename all.
    var asJunk: GmailAPI.Mail? {
        guard let messageIDOffsets else { return nil }
        var mail = GmailAPI.Mail(
            header: messageID(".junk"), descriptor: descriptor, fileCount: count)
        mail.insertions = messageIDOffsets.map { .init(Array("X-Original-".utf8), at: $0) }
        return mail
    }

    /// `.invalid` names no host (RFC 2606 §2).
    private func messageID(_ suffix: String) -> [UInt8] {
        Array("Message-ID: <\(originalMessageId)\(suffix)@ses-mail.invalid>\r\n".utf8)
    }

    private func searched(findsAll: Bool) throws(SystemError) -> MessageIDSearch {
        var search = MessageIDSearch(findsAll: findsAll)
        var offset: Int64 = 0
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        while !search.isFinished {
            let count = try file.descriptor.read(at: offset, into: &chunk)
            if count == 0 { search.finish() }
            search.read(chunk[..<count])
            offset += Int64(count)
        }
        return search
    }
}

/// Junk with more Message-ID fields than are renamed.
struct TooManyMessageIDs: Error, CustomStringConvertible {
    var description: String { "it has more than \(MessageIDSearch.mostFields) Message-ID fields" }
}

/// The spool file could not be used.
struct SpoolError: Error, Equatable, CustomStringConvertible {
    let step: String
    let reason: SystemError

    var description: String { "the spool file could not be \(step) (errno \(reason.code))" }
}
