import Foundation
import JSON
import TestSupport
import Testing

@testable import ses_mail

/// The subjects and texts of published mails, judged by Python's `email`.
@Suite(.enabled(if: Repository.testData != nil, "SES_MAIL_TEST_DATA is not set"), .waiting)
struct MailTextTests {
    /// What Python reads. What is labelled ISO-8859-1 is read as windows-1252, as browsers do.
    private static let program = """
        import email, email.policy, json, pathlib, sys
        known = ["utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "iso-8859-15", "windows-1252"]
        found = []
        for path in sorted(pathlib.Path(sys.argv[1]).glob("*.eml")):
            mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            part = mail.get_body(("plain",))
            text = charset = None
            if part is not None:
                charset = (part.get_param("charset") or "ascii").lower()
                if charset in known:
                    content = part.get_payload(decode=True)
                    latin = charset == "iso-8859-1"
                    text = content.decode("latin-1" if latin else charset, "replace")
                    if latin:
                        text = "".join(
                            bytes([ord(c)]).decode("cp1252", "ignore") or c
                            if "\\x80" <= c <= "\\x9f" else c for c in text)
            subject = mail["subject"]
            found.append({
                "name": path.name, "charset": charset, "text": text, "has_text": part is not None,
                "subject": None if subject is None else str(subject),
                "files": [name for name in (p.get_filename() for p in mail.walk()
                    if p.get_content_maintype() != "message" and not p.is_multipart()) if name],
            })
        print(json.dumps(found))
        """

    @Test("They are what Python's email reads, but for what it does not know either")
    func python() throws {
        let folder = try #require(Repository.testData).appending(path: "mail")
        let run = try ProgramRun(
            Repository.root.appending(path: ".venv/bin/python"), ["-c", Self.program, folder.path])
        let mails = try #require(try JSONValue(parsing: Array(run.output.utf8)).array)
        #expect(mails.count > 90)
        var compared = 0
        for mail in mails {
            let name = try #require(mail["name"]?.string)
            let bytes = Array(try Data(contentsOf: folder.appending(path: name)))
            let shown = ShownMailTests.shown(bytes)
            let json = shown.json
            if let subject = mail["subject"]?.string, !Self.isForeign(subject, bytes) {
                #expect(json["subject"]?.string?.spaced == subject.spaced, "\(name)")
            } else if mail["subject"] == .null {
                #expect(json["subject"] == .null, "\(name)")
            }
            guard let text = mail["text"]?.string else {
                let isNamed =
                    json["unknown_charset"] == mail["charset"] || !(mail["has_text"]?.bool ?? true)
                #expect(isNamed, "\(name)")
                continue
            }
            let lines = text.replacingOccurrences(of: "\r\n", with: "\n")
            #expect(json["text"]?.string == lines, "\(name)")
            #expect(shown.text(save: "") == lines.escaped(keepingLines: true), "\(name)")
            compared += 1
        }
        #expect(compared > 50)
    }

    /// Whether Python decodes a character set in it that is shown as it is.
    private static func isForeign(_ subject: String, _ mail: [UInt8]) -> Bool {
        let text = String(decoding: mail, as: UTF8.self).lowercased()
        return text.contains("=?iso-2022-jp?") || text.contains("=?euc-kr?")
            || text.contains("=?none?")
    }
}

extension String {
    /// With one space for each run of white space: folding may have put any there.
    fileprivate var spaced: String {
        split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
