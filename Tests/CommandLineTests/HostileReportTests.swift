import Foundation
import TestSupport
import Testing

@testable import ses_mail

/// Reports that anybody may send to do harm, or that are broken.
@Suite(.waiting)
struct HostileReportTests {
    private func faults(_ mail: [UInt8], _ kind: ReportKind = .dmarc) -> [String] {
        let content = ReportContent(mail, as: [kind])
        #expect(content.reports.isEmpty)
        return content.faults.map(\.reason)
    }

    @Test(
        "A hostile report is refused in one clear sentence",
        arguments: [
            ("gzip-cut", "its packed data end too early"),
            ("gzip-damaged", "its packed data are damaged"),
            ("gzip-many", "its gzip file has more than 100 members"),
            ("gzip-bomb", "it unpacks to more than 200 times its size"),
            ("gzip-large", "it unpacks to more than 50 MB"),
            ("zip-two", "its zip archive holds 2 files, and a report is one file"),
            ("zip-many", "its zip archive holds 3000 files, and a report is one file"),
            ("zip-none", "its zip archive holds no file, and a report is one file"),
            ("zip-encrypted", "its zip archive is encrypted"),
            ("zip-zip64", "its zip archive has the zip64 form, which is for larger files"),
            ("zip-zip64-end", "its zip archive has the zip64 form, which is for larger files"),
            ("zip-bzip2", "its zip archive is packed by method 12, which is not read"),
            ("zip-cut", "its zip archive is damaged or cut off"),
            ("zip-damaged", "its zip archive is damaged or cut off"),
            ("zip-outside", "its zip archive is damaged or cut off"),
            ("zip-longer", "its zip archive is damaged or cut off"),
            ("zip-bomb", "it unpacks to more than 200 times its size"),
        ])
    func packed(name: String, reason: String) throws {
        let file = try PackedSamples.named(name)
        #expect(faults(ReportSamples.mail(file)) == [reason])
        let attached = ReportSamples.mailWithText(
            file, type: "application/octet-stream", name: "r")
        #expect(faults(attached) == [reason])
    }

    private static let deep = String(repeating: "<a>", count: 40)
    private static let bomb = """
        <?xml version="1.0"?><!DOCTYPE feedback [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>
        <feedback><report_metadata><org_name>&b;</org_name></report_metadata></feedback>
        """

    @Test(
        "A DMARC report that is not one is refused in one clear sentence",
        arguments: [
            (bomb, "its XML has a document type, which may define entities without end"),
            (
                "<!DOCTYPE feedback SYSTEM \"file:///etc/passwd\"><feedback/>",
                "its XML has a document type, which may define entities without end"
            ),
            (
                "<feedback>\(deep)</feedback>", "its XML is nested deeper than 32 levels"
            ),
            ("<html><p>no</p></html>", "its root element is html and not feedback"),
            ("<feedback><a></feedback>", "its XML is not well-formed (mismatched tag, line 1)"),
            ("<feedback>\n<a>&nbsp;", "its XML uses an entity that XML does not define (line 2)"),
            (" \n ", "it is empty"),
            ("{}", "its XML is not well-formed (line 1)"),
            ("<feedback></feedback>", "it does not say which time it is about"),
            (
                ReportSamples.dmarc(domain: "two words"),
                "it does not name the domain that it is about"
            ),
            (ReportSamples.dmarc(begin: 9, end: 8), "its time ends before it begins"),
            (
                ReportSamples.dmarc(end: 9_000_000_000_000_000_000),
                "its time ends in the future"
            ),
        ])
    func text(text: String, reason: String) {
        #expect(faults(ReportSamples.mail(Array(text.utf8), type: "text/xml")) == [reason])
    }

    @Test("A record with more elements than any report has is refused")
    func elements() {
        let many = String(repeating: "<a/>", count: 10_001)
        let text = "<feedback><record>\(many)</record></feedback>"
        #expect(
            faults(ReportSamples.mail(Array(text.utf8), type: "text/xml")) == [
                "one record has more than 10,000 elements"
            ])
    }

    @Test(
        "A record with a wrong number or source is named",
        arguments: [
            ("-5", "192.0.2.1", "counts \"-5\" messages"),
            ("99999999999999999999", "192.0.2.1", "counts \"99999999999999999999\" messages"),
            ("1000000001", "192.0.2.1", "counts \"1000000001\" messages"),
            ("many", "192.0.2.1", "counts \"many\" messages"),
            ("", "192.0.2.1", "counts \"\" messages"),
        ])
    func counts(count: String, source: String, words: String) {
        let text = ReportSamples.dmarc([.init(), .init(source: source, count: count)])
        #expect(
            faults(ReportSamples.mail(Array(text.utf8), type: "text/xml")) == [
                "record 2 \(words), which is no number from 0 to 1,000,000,000"
            ])
    }

    @Test("A source that is no address, and more records than are read, are named")
    func records() {
        let text = ReportSamples.dmarc([.init(source: "mail.example")])
        #expect(
            faults(ReportSamples.mail(Array(text.utf8), type: "text/xml")) == [
                "record 1 names the source \"mail.example\", which is no address"
            ])
        let three = Array(ReportSamples.dmarc([.init(), .init(), .init()]).utf8)
        #expect(throws: ReportFault("it has more than 2 records")) {
            try DMARCReport(three, recordLimit: 2)
        }
        #expect(throws: Never.self) { try DMARCReport(three, recordLimit: 3) }
    }

    @Test("A text in another character set than it names is refused, and an unknown one too")
    func encodings() {
        func fault(_ encoding: String, _ name: [UInt8]) -> [String] {
            let text = ReportSamples.dmarc(organisation: "@").replacing("UTF-8", with: encoding)
            let parts = text.utf8.split(separator: UInt8(ascii: "@"), maxSplits: 1)
            let bytes = Array(parts[0]) + name + Array(parts[1])
            return faults(ReportSamples.mail(bytes, type: "application/xml"))
        }
        #expect(
            fault("UTF-8", [0x4A, 0xFC, 0x72]) == [
                "its XML is not in the character set that it names (line 2)"
            ])
        #expect(
            fault("KOI8-R", [0xC1]) == ["its XML is in the character set KOI8-R, which is not read"]
        )
        #expect(
            fault("UTF-16", []) == ["its XML is not in the character set that it names (line 1)"])
    }

    @Test(
        "A TLS report that is not one is refused in one clear sentence",
        arguments: [
            ("[1", "it is not valid JSON: an array without an end at byte 2"),
            ("[]", "its JSON is not an object"),
            ("{\"a\": \"\u{FF}", "its JSON is not UTF-8"),
            ("{}", "it does not say which time it is about"),
            (
                ReportSamples.tls(succeeded: "-1"),
                "policy 1 counts -1 sessions, which is no number from 0 to 1,000,000,000"
            ),
            (
                ReportSamples.tls(failed: "1e300"),
                "policy 1 counts 1e300 sessions, which is no number from 0 to 1,000,000,000"
            ),
            (
                ReportSamples.tls(details: "{\"failed-session-count\": \"two\"}"),
                "policy 1 counts \"two\" sessions, which is no number from 0 to 1,000,000,000"
            ),
            (ReportSamples.tls(domain: ""), "policy 1 names no domain"),
        ])
    func tls(text: String, reason: String) {
        // U+00FF as one byte is no UTF-8.
        let bytes = text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
        let mail = ReportSamples.mail(bytes, type: "application/tlsrpt+json")
        #expect(faults(mail, .tls) == [reason])
    }

    @Test("JSON that is nested without end is refused")
    func deepJSON() {
        let text = String(repeating: "{\"a\":[", count: 100_000)
        let found = faults(
            ReportSamples.mail(Array(text.utf8), type: "application/json"), .tls)
        #expect(found.count == 1 && found[0].hasPrefix("it is not valid JSON: "))
    }

    @Test("A file that only claims to be an archive, too many files and a large one are refused")
    func files() {
        #expect(
            faults(ReportSamples.mail(Array("no".utf8), type: "text/plain", name: "r.xml.gz"))
                == ["it is neither gzip nor zip, as its name says"])
        let part = "--b\r\nContent-Type: text/xml\r\n\r\n<a/>\r\n"
        let many =
            "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
            + String(repeating: part, count: 11) + "--b--\r\n"
        #expect(
            faults(Array(many.utf8)) == ["the mail holds 11 files, and a report is one"])
        let large =
            Array("Content-Type: text/xml\r\n\r\n".utf8)
            + [UInt8](repeating: UInt8(ascii: "<"), count: ReportLimits.packedBytes + 1)
        #expect(faults(large) == ["it is larger than 10 MB"])
    }
}
