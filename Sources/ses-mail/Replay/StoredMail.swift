internal import JSON
internal import Mail

/// What does a mail in the bucket say about how it came? SES writes what it found before the mail's
/// own header: `Return-Path`, `Received`, `X-SES-Spam-Verdict`, `X-SES-Virus-Verdict`,
/// `Received-SPF`, `Authentication-Results`. So of each the first one is SES's.
struct StoredMail {
    let object: BucketService.Object
    let bucket: String
    let headers: MailHeaders
    /// Whether the header is longer than what was read of it.
    let headersTruncated: Bool

    /// As much of the header as has room in a message of SQS, however it is escaped (SES itself
    /// tells 10 KB of it).
    static let headerBytes = 32 << 10

    static let prefix = "emails/"

    static func key(of messageID: String) -> String { prefix + messageID }

    /// - Parameter beginning: the mail's first bytes, `headerBytes` where it has more.
    init(_ object: BucketService.Object, bucket: String, beginning: [UInt8]) {
        self.object = object
        self.bucket = bucket
        let block = HeaderBlock(beginning)
        headers = MailHeaders(block.fields)
        headersTruncated = !block.isWhole && beginning.count >= StoredMail.headerBytes
    }

    var messageID: String { String(object.key.dropFirst(StoredMail.prefix.count)) }

    /// The envelope's sender; empty for a report, and where it is not known: then nobody is told.
    var source: String {
        guard let path = headers["Return-Path"] else { return "" }
        return path.first == "<" && path.last == ">" ? String(path.dropFirst().dropLast()) : path
    }

    /// As in the receipt of a notification; what SES did not write down is left out.
    var verdicts: [JSONValue.Member] {
        let results = AuthenticationResults(headers["Authentication-Results"] ?? "")
        let found = [
            ("spamVerdict", headers["X-SES-Spam-Verdict"]),
            ("virusVerdict", headers["X-SES-Virus-Verdict"]),
            ("spfVerdict", results.verdict("spf")), ("dkimVerdict", results.verdict("dkim")),
            ("dmarcVerdict", results.verdict("dmarc")),
        ]
        return found.compactMap { name, status in
            status.map { JSONValue.Member(name, ["status": .string($0)]) }
        }
    }

    /// The notification of this mail, as SES would send it to the topic now
    /// (https://docs.aws.amazon.com/ses/latest/dg/receiving-email-notifications-contents.html).
    func notification(for recipients: [String], verdicts: [JSONValue.Member]) -> JSONValue {
        let addresses = JSONValue.array(recipients.map { .string($0) })
        let timestamp = JSONValue.string(object.lastModified)
        return [
            "notificationType": "Received",
            "mail": [
                "timestamp": timestamp, "source": .string(source),
                "messageId": .string(messageID), "destination": addresses,
                "headersTruncated": .bool(headersTruncated),
                "headers": .array(
                    headers.fields.map {
                        ["name": .string($0.name), "value": .string($0.value)]
                    }),
                "commonHeaders": commonHeaders,
            ],
            "receipt": .object(
                [.init("timestamp", timestamp), .init("recipients", addresses)] + verdicts + [
                    .init(
                        "action",
                        [
                            "type": "S3", "bucketName": .string(bucket),
                            "objectKeyPrefix": .string(StoredMail.prefix),
                            "objectKey": .string(object.key),
                        ])
                ]),
        ]
    }

    private var commonHeaders: JSONValue {
        var members = [JSONValue.Member("returnPath", .string(source))]
        for (name, field) in [("from", "From"), ("to", "To")] {
            if let value = headers[field] {
                members.append(.init(name, [.string(EncodedWord.decoded(value))]))
            }
        }
        for (name, field) in [("date", "Date"), ("messageId", "Message-ID")] {
            if let value = headers[field] { members.append(.init(name, .string(value))) }
        }
        if let value = headers["Subject"] {
            members.append(.init("subject", .string(EncodedWord.decoded(value))))
        }
        return .object(members)
    }
}

/// What did the receiving server find? `amazonses.com; spf=pass (…) …; dkim=pass …; dmarc=pass …`
/// (RFC 8601).
struct AuthenticationResults {
    private let results: [(method: String, result: String)]

    /// Of another server's findings none is taken.
    init(_ value: String) {
        let parts = value.split(separator: ";").map(\.trimmedOfSpaces)
        guard parts.first?.asciiFolded == "amazonses.com" else {
            results = []
            return
        }
        results = parts.dropFirst().compactMap { part in
            let words = part.asciiFolded.split(separator: "=", maxSplits: 1)
            guard words.count == 2 else { return nil }
            let result = words[1].prefix { $0 != " " && $0 != "(" }
            return (String(words[0]), String(result))
        }
    }

    /// In SES's words; of several signatures one that is good is enough.
    func verdict(_ method: String) -> String? {
        let found = results.filter { $0.method == method }.map(\.result)
        guard let first = found.first else { return nil }
        switch found.contains("pass") ? "pass" : first {
        case "pass": return "PASS"
        case "fail": return "FAIL"
        case "temperror", "permerror": return "PROCESSING_FAILED"
        default: return "GRAY"
        }
    }
}

/// Which fields does a mail's header have, unfolded (RFC 5322 §2.2.3)? Lines end in CRLF or LF.
struct HeaderBlock {
    private(set) var fields: [MailHeaders.Field] = []
    /// Whether the empty line at its end is there.
    private(set) var isWhole = false

    init(_ bytes: [UInt8]) {
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        // What comes after the last line end may be half a line.
        let last = lines.removeLast()
        if lines.isEmpty { lines.append(last) }
        for line in lines {
            let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            if line.isEmpty {
                isWhole = true
                return
            }
            add(line)
        }
    }

    private mutating func add(_ line: ArraySlice<UInt8>) {
        let text = String(decoding: line, as: UTF8.self)
        if line.first == UInt8(ascii: " ") || line.first == UInt8(ascii: "\t") {
            guard let field = fields.popLast() else { return }
            fields.append(
                .init(name: field.name, value: "\(field.value) \(text.trimmedOfSpaces)"))
            return
        }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return }
        let name = String(decoding: line[..<colon], as: UTF8.self)
        let value = String(decoding: line[(colon + 1)...], as: UTF8.self)
        fields.append(.init(name: name.trimmedOfSpaces, value: value.trimmedOfSpaces))
    }
}

extension StringProtocol {
    /// Without the spaces and tabs at both ends.
    fileprivate var trimmedOfSpaces: String {
        var bytes = Array(utf8)[...]
        while bytes.first == 0x20 || bytes.first == 0x09 { bytes.removeFirst() }
        while bytes.last == 0x20 || bytes.last == 0x09 { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }
}
