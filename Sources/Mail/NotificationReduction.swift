package import JSON
internal import Text

/// The parts that are left out of a notification that is too large to be passed on.
///
/// Members that are not known here survive.
package enum NotificationReduction {
    /// Keeps of `mail.headers` only those by which the bouncer decides whether it may answer, and
    /// to which mail, and sets `mail.headersReduced`. SES's own `headersTruncated`, which means
    /// that evidence may be missing, stays as it came.
    package static func keepingBounceHeaders(of notification: JSONValue) -> JSONValue {
        guard let headers = notification["mail"]?["headers"]?.array else { return notification }
        return notification.changing("mail") { mail in
            mail.setting("headers", to: .array(headers.filter(isEvidence)))
                .setting("headersReduced", to: true)
        }
    }

    /// Keeps of `mail.commonHeaders` only the sender, the subject, the ids and the date, at most 1
    /// KB of each of these and of each header, and nothing of `mail.destination`.
    package static func keepingShortHeaders(of notification: JSONValue) -> JSONValue {
        notification.changing("mail") { mail in
            mail
                .changing("commonHeaders") { common in
                    .object(
                        (common.members ?? []).filter { essentials.contains($0.name) }
                            .map { .init($0.name, $0.value.cut(atBytes: 1024)) })
                }
                .changing("headers") { headers in
                    .array(
                        (headers.array ?? []).map { header in
                            header.changing("value") { $0.cut(atBytes: 1024) }
                        })
                }
                .changing("destination") { _ in [] }
        }
    }

    private static func isEvidence(_ header: JSONValue) -> Bool {
        guard let name = header["name"]?.string?.trimmingASCIIWhitespace else { return false }
        return name.hasPrefix(ignoringASCIICase: "List-")
            || evidence.contains { name.equalsIgnoringASCIICase($0) }
    }

    private static let evidence = [
        "Message-ID", "From", "Auto-Submitted", "Precedence", "Content-Type",
        "X-Auto-Response-Suppress", "X-Autoreply", "X-Autorespond", "X-Failed-Recipients", "X-Loop",
    ]
    private static let essentials: Set = ["from", "subject", "messageId", "date", "returnPath"]
}

extension JSONValue {
    /// The object with that member changed, where it has it; anything else as it is.
    fileprivate func changing(
        _ name: String, _ change: (JSONValue) -> JSONValue
    ) -> JSONValue {
        guard let members else { return self }
        return .object(
            members.map { $0.name == name ? Member(name, change($0.value)) : $0 })
    }

    /// The object with that member replaced or added.
    fileprivate func setting(_ name: String, to value: JSONValue) -> JSONValue {
        .object((members ?? []).filter { $0.name != name } + [Member(name, value)])
    }

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
