internal import HTTP
internal import Mail
internal import Text

/// The mail that is sent: a small one, which says what it is.
struct ScenarioMail {
    let from: String
    let to: String
    let name: String
    /// By which the router lets it past its verdicts, in the test environment only.
    let token: Secret?

    func bytes(epochSeconds: Int) -> [UInt8] {
        var fields = [
            "From: <\(from)>", "To: <\(to)>", "Subject: ses-mail integration test: \(name)",
            "Date: \(UTCTime(epochSeconds: epochSeconds).rfc5322)", "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=us-ascii",
        ]
        if let token { fields.append("X-Integration-Test-Token: \(token.value)") }
        let text = "This mail was sent by ses-mail test at \(Clock.text(epochSeconds))."
        return Array((fields + ["", text, ""]).joined(separator: "\r\n").utf8)
    }
}
