internal import JSON
internal import Mail
internal import Text

/// SES's verdicts, as it wrote them into the mail's header.
extension StoredMail {
    /// One verdict: its name in lists, and SES's word.
    struct Verdict: Equatable {
        let name: String
        let status: String

        /// Whether a person should see it: the check found something, or could not be made.
        var isNotable: Bool { !["pass", "gray"].contains(status.asciiLowercased) }
        var isFailed: Bool { status.asciiLowercased == "fail" }
    }

    /// The verdicts of a notification's receipt; those that SES did not write are left out.
    var verdicts: [JSONValue.Member] {
        findings(spf: nil).map { .init("\($0.name)Verdict", ["status": .string($0.status)]) }
    }

    /// The verdicts for a person: that on SPF also where only `Received-SPF` has it.
    var shownVerdicts: [Verdict] { findings(spf: receivedSPF) }

    private func findings(spf: String?) -> [Verdict] {
        let results = AuthenticationResults(headers["Authentication-Results"] ?? "")
        let found = [
            ("spam", headers["X-SES-Spam-Verdict"]), ("virus", headers["X-SES-Virus-Verdict"]),
            ("spf", results.verdict("spf") ?? spf), ("dkim", results.verdict("dkim")),
            ("dmarc", results.verdict("dmarc")),
        ]
        return found.compactMap { name, status in
            status.map { Verdict(name: name, status: $0) }
        }
    }

    /// The result in the first `Received-SPF`, which is SES's (RFC 7208 §9.1).
    private var receivedSPF: String? {
        guard let value = headers["Received-SPF"] else { return nil }
        switch value.utf8.prefix(while: \.isASCIILetter).map(\.asciiLowercased) {
        case Array("pass".utf8): return "PASS"
        case Array("fail".utf8): return "FAIL"
        case Array("temperror".utf8), Array("permerror".utf8): return "PROCESSING_FAILED"
        default: return "GRAY"
        }
    }

    /// The recipient whom SES names in its own `Received` field (`for a@b.example;`); nil where it
    /// names none.
    var receivedFor: String? {
        guard let value = headers["Received"] else { return nil }
        let words = value.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == ";" })
        guard let index = words.lastIndex(of: "for"), index + 1 < words.endIndex else { return nil }
        let address = words[index + 1].trimmingPrefix("<")
        let bare = String(address.last == ">" ? address.dropLast() : address)
        return EmailAddress(strict: bare) == nil ? nil : bare
    }
}
