internal import JSON

/// The conclusion from all reports about a domain, as a sentence.
struct ReportVerdict: Equatable {
    let domain: DNSName
    let severity: Severity
    let advice: String
    /// What to do; nil if nothing has to be done.
    var cure: String?
    /// Whether a report about the domain came at all.
    var isKnown = true

    static var columns: Columns<ReportVerdict> {
        [
            .data("domain", \.domain.text), .data("severity", \.severity),
            .data("advice", \.advice), .data("cure", \.cure),
        ]
    }

    /// For `doctor`.
    var diagnosis: Diagnosis {
        switch severity {
        case .ok: .ok(advice)
        case .note: .note(advice)
        case .warning: .warning(advice, cure ?? "")
        case .error: .error(advice, cure ?? "")
        }
    }

    /// The verdict where no report came.
    static func unknown(_ domain: DNSName, _ kind: ReportKind, _ span: ReportSpan) -> ReportVerdict
    {
        ReportVerdict(
            domain: domain, severity: .note,
            advice: "nothing is known: no report came to \(kind.mailbox)@\(domain) \(span.words)",
            isKnown: false)
    }

    /// Failures up to this share happen everywhere: an answer of DNS that comes too late, a mail
    /// that is changed on its way.
    private static let usualShare = 0.01

    static func isUsual(_ failed: Int, of count: Int) -> Bool {
        Double(failed) <= usualShare * Double(count)
    }
}

/// The time that is looked at, as a part of a sentence.
struct ReportSpan: Equatable {
    let since: Since
    var now = Clock.epochSeconds()

    /// `in 30 days`, `since 2026-11-29T10:00:00Z`
    var words: String {
        let days = (now - since.epochSeconds + 43_200) / 86_400
        return days >= 2 ? "in \(days.grouped) days" : "since \(Clock.text(since.epochSeconds))"
    }
}
