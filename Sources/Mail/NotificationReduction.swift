import FoundationEssentials

/// What may be left out of a notification that is too large to be passed on?
///
/// Unknown fields survive, and a field of an unexpected type stays as it is.
enum NotificationReduction {
    /// Of `mail.headers` only what tells the bouncer whether it may answer, and to which mail;
    /// `mail.headersTruncated` says so.
    static func keepingEvidence(of notification: JSONValue) -> JSONValue {
        guard var mail = notification["mail"], case .array(let headers)? = mail["headers"] else {
            return notification
        }
        mail["headers"] = .array(headers.filter(isEvidence))
        mail["headersTruncated"] = .bool(true)
        var reduced = notification
        reduced["mail"] = mail
        return reduced
    }

    /// Of `mail.commonHeaders` only the sender, the subject, the ids and the date, of these and of
    /// the headers no more than 1 KB each, and of `mail.destination` nothing.
    static func keepingEssentials(of notification: JSONValue) -> JSONValue {
        guard var mail = notification["mail"] else { return notification }
        if case .object(let common)? = mail["commonHeaders"] {
            mail["commonHeaders"] = .object(
                common.filter { essentials.contains($0.key) }.mapValues { $0.cut(atBytes: 1024) })
        }
        if case .array(let headers)? = mail["headers"] {
            mail["headers"] = .array(
                headers.map { header in
                    var short = header
                    short["value"] = header["value"]?.cut(atBytes: 1024)
                    return short
                })
        }
        if mail["destination"] != nil { mail["destination"] = .array([]) }
        var reduced = notification
        reduced["mail"] = mail
        return reduced
    }

    /// The document as text again.
    static func text(of document: JSONValue) -> String {
        // `try?`: a decoded document holds nothing that cannot be encoded.
        let bytes = (try? RoutingDecision.encoder().encode(document)) ?? Data()
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isEvidence(_ header: JSONValue) -> Bool {
        guard case .string(let name)? = header["name"] else { return false }
        return name.hasPrefix(ignoringASCIICase: "List-")
            || evidence.contains { name.isEqual(ignoringASCIICase: $0) }
    }

    private static let evidence = [
        "Message-ID", "Auto-Submitted", "Precedence", "Content-Type", "X-Auto-Response-Suppress",
    ]
    private static let essentials: Set = ["from", "subject", "messageId", "date", "returnPath"]
}

extension JSONValue {
    /// A text cut to that many bytes of UTF-8, or as many first texts of a list as fit into them.
    fileprivate func cut(atBytes maximumBytes: Int) -> JSONValue {
        switch self {
        case .string(let text):
            return .string(text.cut(atBytes: maximumBytes))
        case .array(let elements):
            var remaining = maximumBytes
            var kept: [JSONValue] = []
            for case .string(let text) in elements where remaining > 0 {
                kept.append(.string(text.cut(atBytes: remaining)))
                remaining -= text.utf8.count
            }
            return .array(kept)
        default:
            return self
        }
    }
}
