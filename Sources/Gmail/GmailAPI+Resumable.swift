internal import HTTP
internal import JSON
internal import Text

extension GmailAPI {
    /// Uploads in a session that survives a broken connection
    /// (https://developers.google.com/workspace/gmail/api/guides/uploads#resumable).
    func upload(_ mail: Mail, _ mailbox: String, _ token: AccessToken) throws(GmailError)
        -> HTTPResponse
    {
        for _ in 0..<GmailAPI.sessionAttempts {
            let session = try beginUpload(mail, mailbox, token)
            guard let location = session.location else { return session.answer }
            if let answer = try send(mail, to: location, token) { return answer }
        }
        throw .uploadUnfinished("Gmail forgot the session")
    }

    private static let sessionAttempts = 2
    /// The most requests of one session, for pieces and for their offset.
    private static let resumeAttempts = 6

    /// The session's URI, or the answer that refused one.
    private func beginUpload(_ mail: Mail, _ mailbox: String, _ token: AccessToken)
        throws(GmailError) -> (location: String?, answer: HTTPResponse)
    {
        var request = importRequest(
            "resumable", mail, mailbox, token, body: HTTPBody(mail.metadata))
        request.headers.add("Content-Type", "application/json; charset=UTF-8")
        request.headers.add("X-Upload-Content-Type", "message/rfc822")
        request.headers.add("X-Upload-Content-Length", String(mail.count))
        // Nothing is imported yet: a session that nobody uses costs nothing.
        request.isRepeatable = true
        let response = try GmailAnswer.send(request, through: http)
        guard response.isSuccess else { return (nil, response) }
        guard let location = response.headers["Location"], isTrusted(location) else {
            throw .refused(
                request.name, status: response.status, reason: "no session URI of Google's",
                mailbox: mailbox)
        }
        return (location, response)
    }

    /// The token goes with the upload: it must stay with Google, or with what replaces it.
    private func isTrusted(_ location: String) -> Bool {
        if location.hasPrefix("\(endpoint)/") { return true }
        let host = location.dropFirst("https://".count).prefix { $0 != "/" && $0 != "?" }
        // A `#`, `@` or `\` would make another host of it.
        let isName = host.utf8.allSatisfy {
            PercentEncoding.isUnreserved($0) && $0 != UInt8(ascii: "~")
        }
        return location.hasPrefix("https://") && isName && host.hasSuffix(".googleapis.com")
    }

    /// The session's last answer, or nil if Gmail does not know the session (404, 410).
    private func send(
        _ mail: Mail, to location: String, _ token: AccessToken
    ) throws(GmailError) -> HTTPResponse? {
        // nil: it broke on the way, so ask how far it came.
        var offset: Int64? = 0
        for attempt in 1...GmailAPI.resumeAttempts {
            let request = put(mail, from: offset, to: location, token)
            let outcome = Result { () throws(GmailError) in
                try GmailAnswer.send(request, through: uploadHTTP)
            }
            switch outcome {
            case .success(let response) where response.status == 308:
                let next = GmailAPI.nextOffset(response)
                offset = next < mail.count ? next : nil
            case .success(let response) where [404, 410].contains(response.status):
                return nil
            case .success(let response) where GmailAnswer.retryDecision(response) == .accept:
                return response
            case .success, .failure:
                offset = nil
            }
            let pause = pauseSeconds(after: attempt, outcome)
            guard attempt < GmailAPI.resumeAttempts, pause + 1 < pacing.secondsLeft() else {
                let last = try outcome.get()
                if last.status == 308 { break }
                return last
            }
            pacing.sleep(pause)
        }
        throw .uploadUnfinished("Gmail has not taken the last bytes")
    }

    /// A random share of a pause that doubles, and never less than Gmail asked for.
    private func pauseSeconds(
        after attempt: Int, _ outcome: Result<HTTPResponse, GmailError>
    ) -> Double {
        // No answer asks for nothing.
        let asked = (try? outcome.get())?.retryAfterSeconds ?? 0
        return max(asked, Double(1 << (attempt - 1)) * pacing.random())
    }

    /// The bytes from `offset` on; nil asks only how many have arrived.
    private func put(
        _ mail: Mail, from offset: Int64?, to location: String, _ token: AccessToken
    ) -> HTTPRequest {
        var request = HTTPRequest(
            .put, location,
            headers: [
                "Authorization": "Bearer \(token.value.value)", "Content-Type": "message/rfc822",
            ],
            name: CallName("Gmail", "upload"))
        request.timeoutSeconds = 100
        request.isRepeatable = false
        if let offset {
            request.body = HTTPBody(parts: mail.parts(from: offset))
            if offset > 0 {
                request.headers.add(
                    "Content-Range", "bytes \(offset)-\(mail.count - 1)/\(mail.count)")
            }
        } else {
            request.headers.add("Content-Range", "bytes */\(mail.count)")
        }
        return request
    }

    /// `Range: bytes=0-42` → 43; no Range means that nothing has arrived.
    static func nextOffset(_ response: HTTPResponse) -> Int64 {
        guard let range = response.headers["Range"], let dash = range.lastIndex(of: "-"),
            let last = Int64(range[range.index(after: dash)...]), last < .max
        else { return 0 }
        return last + 1
    }
}
