internal import Text

/// The text of a mail for a reader, and what is attached to it.
extension ReceivedPart {
    /// The first text of a kind that is no attachment: of a multipart/related only its root counts
    /// (RFC 2387 §3.2).
    /// - Parameter type: `text/plain` or `text/html`.
    package func firstText(_ type: String) -> ReceivedPart? {
        if isAttachment { return nil }
        if parts.isEmpty { return self.type == type ? self : nil }
        if self.type == "multipart/related" { return root?.firstText(type) }
        // `lazy.compactMap(…).first` searches the part that has it twice: twice the work a level.
        for part in parts {
            if let text = part.firstText(type) { return text }
        }
        return nil
    }

    private var root: ReceivedPart? {
        let start = contentType["start"]
        return parts.first { start != nil && $0.headers["Content-ID"] == start } ?? parts.first
    }

    /// The text of a part as it is to be shown.
    package struct Words: Equatable, Sendable {
        /// Lines that end in LF.
        package let text: String
        /// The character set where it is not decoded: everything beyond ASCII is wrong then.
        package let unknownCharset: String?
    }

    /// The content as text. Without a character set it is ASCII (RFC 2045 §5.2), in which each byte
    /// beyond it is shown as U+FFFD: nobody knows which letter was meant.
    package var words: Words {
        let content = content.withoutCarriageReturns
        let label = contentType["charset"]?.asciiLowercased ?? "us-ascii"
        if ["us-ascii", "ascii"].contains(label) {
            let scalars = content.map { $0 < 0x80 ? Unicode.Scalar($0) : "\u{FFFD}" }
            return Words(text: String(String.UnicodeScalarView(scalars)), unknownCharset: nil)
        }
        let charset = Charset(label: label)
        return Words(
            text: String(decoding: charset?.utf8(content) ?? content, as: UTF8.self),
            unknownCharset: charset == nil ? label : nil)
    }

    /// The parts that a mail program lists as attachments: files, and all that is no text.
    package var attachments: [ReceivedPart] {
        guard parts.isEmpty else { return parts.flatMap(\.attachments) }
        let isFile = isAttachment || fileName != nil
        return isFile || !type.hasPrefix("text/") && !type.hasPrefix("multipart/") ? [self] : []
    }
}

extension [UInt8] {
    /// CRLF becomes LF.
    fileprivate var withoutCarriageReturns: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        for byte in self {
            if byte == UInt8(ascii: "\n"), bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
            bytes.append(byte)
        }
        return bytes
    }
}
