package import HTTP
internal import JSON
internal import Text

/// Imports mail into a mailbox by `messages.import`, the stored bytes untouched
/// (https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.messages/import).
package struct GmailAPI {
    let http: any HTTPClient
    /// The client for the pieces of an upload. A piece is never repeated; the upload continues at
    /// the offset that Google has.
    let uploadHTTP: any HTTPClient
    package let endpoint: String
    let pacing: Pacing
    private let boundary: () -> String

    /// - Parameters:
    ///   - endpoint: `https://gmail.googleapis.com`, or what replaces it.
    ///   - boundary: a new multipart boundary; it must occur in no mail.
    package init(
        _ http: any HTTPClient, endpoint: String, pacing: Pacing,
        boundary: @escaping () -> String = GmailAPI.randomBoundary
    ) {
        self.http = RetryingClient(
            http, pacing: pacing, maximumAttempts: 4, baseSeconds: 1,
            decide: GmailAnswer.retryDecision)
        uploadHTTP = DeadlineClient(http, pacing: pacing)
        self.endpoint = String(endpoint.hasSuffix("/") ? endpoint.dropLast() : endpoint[...])
        self.pacing = pacing
        self.boundary = boundary
    }

    /// A mail to import: `header` (a Message-ID of ours, or nothing), then an open file, with
    /// `insertions` between its bytes.
    package struct Mail: Equatable, Sendable {
        package let header: [UInt8]
        package let descriptor: Int32
        package let fileCount: Int64
        /// The ids of the labels that it gets. Without any it would be in "All Mail" only.
        package var labelIDs = ["INBOX", "UNREAD"]
        /// The texts to insert, in the order of their offsets.
        package var insertions: [Insertion] = []
        /// Whether Gmail must not take it for spam.
        package var neverMarkSpam = false
        /// Whether Gmail may put an invitation in it into the calendar.
        package var processForCalendar = false

        /// Bytes that are put before those at `offset` of the file.
        package struct Insertion: Equatable, Sendable {
            package let offset: Int64
            package let bytes: [UInt8]

            package init(_ bytes: [UInt8], at offset: Int64) {
                self.bytes = bytes
                self.offset = offset
            }
        }

        package init(header: [UInt8], descriptor: Int32, fileCount: Int64) {
            self.header = header
            self.descriptor = descriptor
            self.fileCount = fileCount
        }

        /// A mail that is in memory.
        package init(_ bytes: [UInt8]) {
            self.init(header: bytes, descriptor: -1, fileCount: 0)
        }

        /// Whether it gets labels that the account may not have: a person can delete his own.
        package var hasOwnLabels: Bool { !labelIDs.allSatisfy(Self.systemLabels.contains) }

        /// The same mail with the labels only that every account has.
        package var withoutOwnLabels: Mail {
            var mail = self
            mail.labelIDs.removeAll { !Self.systemLabels.contains($0) }
            return mail
        }

        /// (https://developers.google.com/workspace/gmail/api/guides/labels)
        private static let systemLabels: Set<String> = [
            "INBOX", "UNREAD", "STARRED", "SPAM", "TRASH", "IMPORTANT", "CATEGORY_PERSONAL",
            "CATEGORY_SOCIAL", "CATEGORY_PROMOTIONS", "CATEGORY_UPDATES", "CATEGORY_FORUMS",
        ]

        /// The part of the request before the mail's bytes.
        var metadata: String {
            let json: JSONValue = ["labelIds": .array(labelIDs.map { .string($0) })]
            return String(decoding: json.bytes, as: UTF8.self)
        }

        var count: Int64 {
            insertions.reduce(Int64(header.count) + fileCount) { $0 + Int64($1.bytes.count) }
        }

        /// The mail's bytes from `offset` on, as parts of a request's body.
        func parts(from offset: Int64 = 0) -> [HTTPBody.Part] {
            var parts: [HTTPBody.Part] = []
            var passed = offset
            func add(_ part: HTTPBody.Part) {
                let isPassed = part.count <= passed
                if !isPassed { parts.append(part.dropFirst(passed)) }
                passed -= isPassed ? part.count : passed
            }
            add(.bytes(header))
            var position: Int64 = 0
            for insertion in insertions {
                add(file(from: position, to: insertion.offset))
                add(.bytes(insertion.bytes))
                position = insertion.offset
            }
            add(file(from: position, to: fileCount))
            return parts
        }

        private func file(from start: Int64, to end: Int64) -> HTTPBody.Part {
            .file(descriptor: descriptor, offset: start, count: end - start)
        }
    }

    /// Google's limit for an upload in one piece.
    static let multipartLimit: Int64 = 5 << 20

    /// Imports the mail and returns Gmail's id for it. Gmail merges a mail whose Message-ID it has.
    /// - Throws: `GmailError.unconfirmed` on a success that names no id.
    package func importMail(
        _ mail: Mail, into mailbox: String, with token: AccessToken
    ) throws(GmailError) -> String {
        let response =
            mail.count <= GmailAPI.multipartLimit
            ? try GmailAnswer.send(multipart(mail, mailbox, token), through: http)
            : try upload(mail, mailbox, token)
        guard response.isSuccess else {
            throw refusal(of: CallName("Gmail", "import"), response, mailbox)
        }
        // What is no JSON has no id. Without one it may be a proxy's success, and not Gmail's.
        let answer = try? JSONValue(parsing: response.body)
        guard let id = answer?["id"]?.string, !id.isEmpty else {
            throw .unconfirmed(CallName("Gmail", "import"), status: response.status)
        }
        return id
    }

    func refusal(
        of call: CallName, _ response: HTTPResponse, _ mailbox: String
    ) -> GmailError {
        response.status == 401
            ? .unauthorized(mailbox: mailbox)
            : .refused(
                call, status: response.status, reason: GmailAnswer.reason(response),
                message: GmailAnswer.message(response), mailbox: mailbox)
    }

    /// RFC 2387: the metadata, then the mail as it is.
    private func multipart(_ mail: Mail, _ mailbox: String, _ token: AccessToken) -> HTTPRequest {
        let boundary = boundary()
        let opening = """
            --\(boundary)\r
            Content-Type: application/json; charset=UTF-8\r
            \r
            \(mail.metadata)\r
            --\(boundary)\r
            Content-Type: message/rfc822\r
            \r

            """
        let body = HTTPBody(
            parts: [.bytes(Array(opening.utf8))] + mail.parts()
                + [.bytes(Array("\r\n--\(boundary)--\r\n".utf8))])
        var request = importRequest("multipart", mail, mailbox, token, body: body)
        request.headers.add("Content-Type", "multipart/related; boundary=\(boundary)")
        return request
    }

    func importRequest(
        _ uploadType: String, _ mail: Mail, _ mailbox: String, _ token: AccessToken, body: HTTPBody
    ) -> HTTPRequest {
        var request = HTTPRequest(
            .post,
            "\(endpoint)/upload/gmail/v1/users/\(PercentEncoding.encode(mailbox))/messages/import"
                + "?uploadType=\(uploadType)&internalDateSource=receivedTime"
                + "&neverMarkSpam=\(mail.neverMarkSpam)"
                + (mail.processForCalendar ? "&processForCalendar=true" : ""),
            headers: ["Authorization": "Bearer \(token.value.value)"], body: body,
            name: CallName("Gmail", "import"))
        request.timeoutSeconds = 100
        request.isRepeatable = false
        return request
    }

    /// 128 random bits: no mail that a stranger wrote before can hold them.
    package static func randomBoundary() -> String {
        "ses-mail-" + Hex.random(byteCount: 16)
    }
}

extension HTTPBody.Part {
    /// The body without its first `count` bytes.
    fileprivate func dropFirst(_ byteCount: Int64) -> HTTPBody.Part {
        switch self {
        case .bytes(let bytes): .bytes(Array(bytes.dropFirst(Int(byteCount))))
        case .file(let descriptor, let offset, let count):
            .file(descriptor: descriptor, offset: offset + byteCount, count: count - byteCount)
        }
    }
}
