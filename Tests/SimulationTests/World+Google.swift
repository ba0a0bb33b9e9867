import Glibc
import HTTP
import JSON
import Text

/// Google's accounts: their tokens and their mailboxes.
struct GoogleAccounts {
    /// Refresh token → account.
    var consents: [String: String] = [:]
    /// Access token → account and its end.
    var access: [String: (account: String, end: Double)] = [:]
    var tokenCount = 0
    /// Account → what was imported, in order.
    var mailboxes: [String: [Import]] = [:]

    struct Import {
        let mail: Int
        let labels: Set<String>
        let isNotice: Bool
        let messageID: String
    }
}

extension World {
    func token(_ request: HTTPRequest, _ run: Run) -> HTTPResponse {
        let form = String(decoding: request.body.bytes ?? [], as: UTF8.self)
        let refresh =
            form.split(separator: "&").first { $0.hasPrefix("refresh_token=") }
            .map { String($0.dropFirst("refresh_token=".count)) } ?? ""
        guard let account = google.consents[refresh] else {
            run.blocks.insert(.token)
            let body: JSONValue = ["error": "invalid_grant"]
            return HTTPResponse(status: 400, body: body.bytes)
        }
        google.tokenCount += 1
        let access = "ya29.\(LogLines.secretMark).\(google.tokenCount)"
        google.access[access] = (account, now + 3599)
        var answer: [JSONValue.Member] = [
            .init("access_token", .string(access)), .init("expires_in", 3599),
        ]
        if chance.share(.echo, UInt64(google.tokenCount)) < 0.2 {
            let rotated = "1-\(LogLines.secretMark)-\(google.tokenCount)"
            google.consents[rotated] = account
            answer.append(.init("refresh_token", .string(rotated)))
        }
        return HTTPResponse(status: 200, body: JSONValue.object(answer).bytes)
    }

    /// `messages.import` of a mail in one piece.
    func importMail(_ request: HTTPRequest, _ run: Run, isAnswerLost: Bool) -> HTTPResponse {
        let token = String((request.headers["Authorization"] ?? "").dropFirst("Bearer ".count))
        guard let access = google.access[token], google.consents.values.contains(access.account),
            now < access.end
        else {
            // A token of an account whose consent was revoked.
            if let account = google.access[token]?.account,
                !google.consents.values.contains(account)
            {
                run.blocks.insert(.token)
            }
            return .google(401, "authError")
        }
        let path = request.url.split(separator: "/")
        let mailbox = path.count > 6 ? PercentEncoding.decode(String(path[6])) : ""
        guard mailbox == access.account else {
            run.blocks.insert(.foreignMailbox)
            return .google(403, "forbidden", "Delegation denied for \(mailbox)")
        }
        guard let upload = Upload(request) else { return .google(400, "invalidArgument") }
        if let status = invariants.refusal(of: upload) {
            return .google(status, status == 413 ? "uploadTooLarge" : "invalidArgument", "no")
        }
        if upload.labels.contains("Label_gone") { return .google(400, "invalidArgument") }
        let imported = GoogleAccounts.Import(
            mail: upload.mail, labels: upload.labels, isNotice: upload.isNotice,
            messageID: upload.messageID)
        invariants.check(imported, upload, into: mailbox, run, isAnswerLost: isAnswerLost)
        google.mailboxes[mailbox, default: []].append(imported)
        let answer: JSONValue = ["id": .string("gmail-\(run.key)-\(run.callCount)")]
        return HTTPResponse(status: 200, body: answer.bytes)
    }
}

/// A mail on its way into a mailbox.
struct Upload {
    let labels: Set<String>
    let bytes: [UInt8]
    let text: String
    /// The number of the mail, of which every simulated mail has a mark in its header.
    let mail: Int
    let isNotice: Bool
    let messageID: String

    /// The second part of a `multipart/related` request; nil if there is none.
    init?(_ request: HTTPRequest) {
        let body = request.body.parts.flatMap(Upload.bytes)
        let type = request.headers["Content-Type"] ?? ""
        guard let start = type.utf8.firstIndex(of: UInt8(ascii: "=")) else { return nil }
        let boundary = Array("--\(type[type.index(after: start)...])".utf8)
        let parts = Upload.split(body, at: boundary)
        guard parts.count == 4, let json = Upload.content(parts[1]),
            let labels = (try? JSONValue(parsing: Array(json)))?["labelIds"]?.array,
            let mail = Upload.content(parts[2])
        else { return nil }
        self.labels = Set(labels.compactMap(\.string))
        bytes = Array(mail)
        text = String(decoding: bytes, as: UTF8.self)
        let messageID = Upload.value("Message-ID: ", in: text) ?? ""
        self.messageID = messageID
        let notice = messageID.firstRange(of: ".refused@").map { messageID[..<$0.lowerBound] }
        isNotice = notice != nil
        let text = text
        let mark = Upload.value("X-Simulated: ", in: text) ?? notice.map { String($0.dropFirst()) }
        guard let mark, let number = Int(mark.drop { !$0.isNumber }) else { return nil }
        self.mail = number
    }

    private static func bytes(_ part: HTTPBody.Part) -> [UInt8] {
        switch part {
        case .bytes(let bytes): return bytes
        case .file(let descriptor, let offset, let count):
            var bytes = [UInt8](repeating: 0, count: Int(count))
            pread(descriptor, &bytes, bytes.count, off_t(offset))
            return bytes
        }
    }

    private static func split(_ body: [UInt8], at boundary: [UInt8]) -> [ArraySlice<UInt8>] {
        var parts: [ArraySlice<UInt8>] = []
        var rest = body[...]
        while let range = rest.firstRange(of: boundary) {
            parts.append(rest[..<range.lowerBound])
            rest = rest[range.upperBound...]
        }
        return parts + [rest]
    }

    /// What stands after a part's header, without the line end before the next boundary.
    private static func content(_ part: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        part.firstRange(of: Array("\r\n\r\n".utf8)).map { part[$0.upperBound...].dropLast(2) }
    }

    /// The value of the first line that begins so.
    private static func value(_ name: String, in text: String) -> String? {
        let bytes = Array(text.utf8)
        guard let range = bytes.firstRange(of: Array(name.utf8)) else { return nil }
        return String(decoding: bytes[range.upperBound...].prefix { $0 != 0x0D }, as: UTF8.self)
    }
}
