#if canImport(Glibc)
    internal import Glibc
#endif

/// A mail on disk, on its way from S3 to Gmail: an open file without a name, gone with its owner.
/// However large the mail, only a chunk of it is ever in memory.
struct SpooledMail: ~Copyable {
    let descriptor: Int32
    /// In bytes; known once the mail is inspected.
    private(set) var count: Int64 = 0
    /// The line to put before the mail: a Message-ID where it has none, else nothing.
    private(set) var missingHeader: [UInt8] = []

    /// An empty file.
    init() throws(SpoolError) {
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
    mutating func inspect(originalMessageId: String) throws(SpoolError) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw SpoolError(step: "read", code: errno) }
        count = Int64(status.st_size)
        if try !hasMessageID() {
            // The same at each try; `.invalid` names no host (RFC 2606 §2).
            missingHeader = Array("Message-ID: <\(originalMessageId)@ses-mail.invalid>\r\n".utf8)
        }
    }

    private func hasMessageID() throws(SpoolError) -> Bool {
        var search = MessageIDSearch()
        var offset: off_t = 0
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        while search.answer == .unknown {
            let count = pread(descriptor, &chunk, chunk.count, offset)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw SpoolError(step: "read", code: errno) }
            if count == 0 { search.finish() }
            search.read(chunk[..<count])
            offset += off_t(count)
        }
        return search.answer == .found
    }
}

/// The spool file could not be used.
struct SpoolError: Error, Equatable, CustomStringConvertible {
    let step: String
    let code: Int32

    var description: String { "the spool file could not be \(step) (errno \(code))" }
}
