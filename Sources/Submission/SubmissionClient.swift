internal import CCurl
package import HTTP

/// A client of a server that takes mail for sending (RFC 6409). It logs in by STARTTLS or not at
/// all.
package struct SubmissionClient {
    private let host: String
    private let port: Int
    private let userName: String
    private let password: Secret
    /// The file of root certificates; nil for those of the system.
    private let roots: String?

    package init(host: String, port: Int, userName: String, password: Secret, roots: String?) {
        self.host = host
        self.port = port
        self.userName = userName
        self.password = password
        self.roots = roots
    }

    /// Sends one mail.
    /// - Parameters:
    ///   - sender: of the envelope.
    ///   - message: with CRLF at the end of each line.
    /// - Returns: the server's answer when it has taken the mail.
    package func send(
        _ message: [UInt8], from sender: String, to recipients: [String],
        timeoutSeconds: Int
    ) throws(SubmissionError) -> SubmissionReply {
        guard let handle = curl_easy_init() else {
            preconditionFailure("libcurl could not be initialised: out of memory")
        }
        defer { curl_easy_cleanup(handle) }
        var list: UnsafeMutablePointer<curl_slist>?
        for recipient in recipients {
            list = recipient.withCString { curl_slist_append(list, $0) }
        }
        defer { curl_slist_free_all(list) }
        let dialogue = Dialogue(message)
        let outcome = withExtendedLifetime(dialogue) {
            let refused = prepare(
                handle, dialogue, from: sender, to: list, timeoutSeconds: timeoutSeconds)
            return refused ?? curl_easy_perform(handle)
        }
        guard outcome == CURLE_OK else { throw SubmissionError(outcome, dialogue.reply) }
        return dialogue.reply
    }

    /// Sets all options; returns libcurl's refusal of one.
    private func prepare(
        _ handle: UnsafeMutableRawPointer, _ dialogue: Dialogue, from sender: String,
        to recipients: UnsafeMutablePointer<curl_slist>?, timeoutSeconds: Int
    ) -> CURLcode? {
        let context = UnsafeRawPointer(Unmanaged.passUnretained(dialogue).toOpaque())
        var texts: [(CURLoption, String)] = [
            (CURLOPT_URL, "smtp://\(host):\(port)"), (CURLOPT_PROTOCOLS_STR, "smtp"),
            (CURLOPT_USERNAME, userName), (CURLOPT_PASSWORD, password.value),
            (CURLOPT_MAIL_FROM, sender),
        ]
        if let roots { texts.append((CURLOPT_CAINFO, roots)) }
        if host.hasPrefix("127.") || host == "localhost" { texts.append((CURLOPT_PROXY, "")) }
        let numbers: [(CURLoption, Int)] = [
            (CURLOPT_USE_SSL, Int(CURLUSESSL_ALL.rawValue)), (CURLOPT_UPLOAD, 1),
            (CURLOPT_NOSIGNAL, 1), (CURLOPT_TIMEOUT, timeoutSeconds),
            (CURLOPT_CONNECTTIMEOUT, timeoutSeconds),
        ]
        let size = curl_off_t(dialogue.message.count)
        let codes =
            texts.map { option, text in text.withCString { sesmail_set_text(handle, option, $0) } }
            + numbers.map { sesmail_set_long(handle, $0, $1) }
            + [
                sesmail_set_pointer(handle, CURLOPT_MAIL_RCPT, recipients),
                sesmail_set_offset(handle, CURLOPT_INFILESIZE_LARGE, size),
                sesmail_set_transfer(handle, CURLOPT_READFUNCTION, Dialogue.give),
                sesmail_set_pointer(handle, CURLOPT_READDATA, context),
                sesmail_set_transfer(handle, CURLOPT_HEADERFUNCTION, Dialogue.take),
                sesmail_set_pointer(handle, CURLOPT_HEADERDATA, context),
            ]
        return codes.first { $0 != CURLE_OK }
    }
}

/// The two directions of one dialogue: the message on its way out, and the server's last answer.
private final class Dialogue {
    let message: [UInt8]
    private var offset = 0
    private var lines: [String] = []
    private var isWhole = false

    init(_ message: [UInt8]) {
        self.message = message
    }

    var reply: SubmissionReply {
        SubmissionReply(
            code: lines.last.flatMap { Int($0.prefix(3)) } ?? 0,
            text: lines.map { String(decoding: $0.utf8.dropFirst(4), as: UTF8.self) }
                .joined(separator: " "))
    }

    private func note(_ line: String) {
        if isWhole { lines = [] }
        lines.append(line)
        // `250-SIZE`, and `250 Ok` at the end of an answer.
        isWhole = line.utf8.dropFirst(3).first != UInt8(ascii: "-")
    }

    private static func of(_ context: UnsafeMutableRawPointer?) -> Dialogue? {
        context.map { Unmanaged<Dialogue>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Gives libcurl the next bytes of the message.
    static let give: sesmail_transfer = { bytes, size, count, context in
        guard let dialogue = Dialogue.of(context), let bytes else { return 0 }
        let part = dialogue.message[dialogue.offset...].prefix(size * count)
        part.withUnsafeBytes { source in
            UnsafeMutableRawBufferPointer(start: bytes, count: part.count).copyMemory(from: source)
        }
        dialogue.offset += part.count
        return part.count
    }

    /// Takes one line of the server from libcurl.
    static let take: sesmail_transfer = { bytes, size, count, context in
        let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
        let text = String(decoding: line, as: UTF8.self)
        let end = text.utf8.lastIndex { $0 != 10 && $0 != 13 }
        Dialogue.of(context)?.note(end.map { String(text[...$0]) } ?? "")
        return size * count
    }
}
