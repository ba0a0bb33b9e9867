internal import Gmail

#if canImport(Glibc)
    internal import Glibc
#endif

/// A mail on disk, on its way from S3 to Gmail: an open file without a name, gone with its owner.
/// However large the mail, only a chunk of it is ever in memory.
struct SpooledMail: ~Copyable {
    let descriptor: Int32
    /// In bytes; known once the mail is inspected.
    private(set) var count: Int64 = 0
    /// Whether the mail has a Message-ID of its own.
    private var hasMessageID = false
    /// Where the names of all its Message-ID fields begin, in junk only; nil where they are too many.
    private var messageIDOffsets: [Int64]? = []
    private let originalMessageId: String

    /// An empty file for the mail of that id.
    init(originalMessageId: String) throws(SpoolError) {
        self.originalMessageId = originalMessageId
        var path = Array("/tmp/ses-mail-XXXXXX".utf8CString)
        let opened = mkstemp(&path)
        guard opened >= 0 else { throw SpoolError(step: "made", code: errno) }
        // Without a name the file goes with the process, even one that is killed.
        unlink(path)
        descriptor = opened
    }

    deinit {
        close(descriptor)
    }

    /// Finds out how large the mail is, and whether it has a Message-ID.
    /// - Parameter isJunk: whether all of them must be known.
    mutating func inspect(isJunk: Bool) throws(SpoolError) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw SpoolError(step: "read", code: errno) }
        count = Int64(status.st_size)
        let search = try searched(findsAll: isJunk)
        hasMessageID = search.answer == .found
        messageIDOffsets = search.fieldOffsets
    }

    /// The mail as it is, with a Message-ID where it has none: the same at each try.
    var asReceived: GmailAPI.Mail {
        GmailAPI.Mail(
            header: hasMessageID ? [] : messageID(""), descriptor: descriptor, fileCount: count)
    }

    /// The mail with a Message-ID of ours alone, and its own under another name.
    ///
    /// Gmail merges messages of one Message-ID and joins their labels, so junk that carries a good
    /// mail's could drag that mail into Spam. Nil where it has too many of them to rename all.
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

    private func searched(findsAll: Bool) throws(SpoolError) -> MessageIDSearch {
        var search = MessageIDSearch(findsAll: findsAll)
        var offset: off_t = 0
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        while !search.isFinished {
            let count = pread(descriptor, &chunk, chunk.count, offset)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw SpoolError(step: "read", code: errno) }
            if count == 0 { search.finish() }
            search.read(chunk[..<count])
            offset += off_t(count)
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
    let code: Int32

    var description: String { "the spool file could not be \(step) (errno \(code))" }
}
