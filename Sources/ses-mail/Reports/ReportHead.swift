internal import JSON
internal import Text

/// Who made a report, and about which time.
struct ReportHead: Equatable, Sendable {
    let organisation: String
    /// The reporter's own name of the report.
    let identifier: String
    /// Epoch seconds.
    let begin: Int
    let end: Int

    static let timeless = ReportFault("it does not say which time it is about")

    /// A reporter's clock, or its days in local time, may be ahead.
    private static let clockDifferenceSeconds = 2 * 86_400

    init(
        organisation: String, identifier: String, begin: Int?, end: Int?,
        now: Int = Clock.epochSeconds()
    ) throws(ReportFault) {
        guard let begin, let end else { throw ReportHead.timeless }
        guard begin <= end else { throw ReportFault("its time ends before it begins") }
        guard end <= now + Self.clockDifferenceSeconds else {
            throw ReportFault("its time ends in the future")
        }
        self.organisation = organisation.isEmpty ? "(unnamed)" : organisation
        self.identifier = identifier
        self.begin = begin
        self.end = end
    }
}

/// One report as it was read.
enum Report: Equatable, Sendable {
    case dmarc(DMARCReport)
    case tls(TLSReport)
}

/// The kinds of reports that are read.
enum ReportKind: CaseIterable, Sendable {
    case dmarc
    case tls

    /// The local part of the address that our DNS records name for them.
    var mailbox: String {
        switch self {
        case .dmarc: "dmarc"
        case .tls: "tlsrpt"
        }
    }

    func report(_ text: [UInt8]) throws(ReportFault) -> Report {
        switch self {
        case .dmarc: .dmarc(try DMARCReport(text))
        case .tls: .tls(try TLSReport(text))
        }
    }
}

extension String {
    /// The epoch seconds of an RFC 3339 moment with any offset; nil for other texts.
    var offsetEpochSeconds: Int? {
        if let time = UTCTime(rfc3339: self) { return time.epochSeconds }
        let bytes = Array(utf8)
        guard bytes.count > 6 else { return nil }
        let tail = bytes.suffix(6).map { $0 }
        let digits = [tail[1], tail[2], tail[4], tail[5]]
        guard tail[0] == UInt8(ascii: "+") || tail[0] == UInt8(ascii: "-"),
            tail[3] == UInt8(ascii: ":"), digits.allSatisfy(\.isASCIIDigit)
        else { return nil }
        let numbers = digits.map { Int($0) - 0x30 }
        let seconds = (numbers[0] * 10 + numbers[1]) * 3600 + (numbers[2] * 10 + numbers[3]) * 60
        let local = String(decoding: bytes.dropLast(6), as: UTF8.self) + "Z"
        return UTCTime(rfc3339: local).map {
            $0.epochSeconds - (tail[0] == UInt8(ascii: "-") ? -seconds : seconds)
        }
    }
}
