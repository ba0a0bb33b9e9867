import Foundation
import TestSupport
import Testing

@testable import ses_mail

/// Reports in the forms that reporters really send.
@Suite(.waiting)
struct ReportReadingTests {
    private func dmarc(_ mail: [UInt8]) throws -> DMARCReport {
        let content = ReportContent(mail, as: [.dmarc])
        #expect(content.faults.isEmpty)
        guard case .dmarc(let report)? = content.reports.first, content.reports.count == 1 else {
            throw ReportFault("no report")
        }
        return report
    }

    @Test(
        "A report is found by its bytes, whatever type and name it has",
        arguments: [
            "gzip", "gzip-members", "gzip-trailing", "zip", "zip-stored", "zip-comment",
            "zip-folder",
        ])
    func packed(name: String) throws {
        let expected = try DMARCReport(Array(ReportSamples.dmarc().utf8))
        let file = try PackedSamples.named(name)
        for type in ["application/gzip", "application/zip", "application/octet-stream", "x"] {
            #expect(try dmarc(ReportSamples.mail(file, type: type)) == expected)
            #expect(
                try dmarc(ReportSamples.mail(file, type: type, name: "r.xml.gz")) == expected)
            #expect(
                try dmarc(ReportSamples.mailWithText(file, type: type, name: "r")) == expected)
        }
    }

    @Test("A report that is not packed is read, with white space and a byte order mark before it")
    func plain() throws {
        let text = ReportSamples.dmarc()
        let expected = try DMARCReport(Array(text.utf8))
        for before in ["", "\r\n\t", "\u{FEFF}"] {
            let file = Array((before + text).utf8)
            #expect(try dmarc(ReportSamples.mail(file, type: "text/xml")) == expected)
            #expect(
                try dmarc(ReportSamples.mail(file, type: "text/plain", name: "R.XML")) == expected)
        }
    }

    @Test("A mail that holds no report is one without faults")
    func none() {
        let mail = Array("Content-Type: text/plain\r\n\r\n<feedback> is what I want to give.".utf8)
        #expect(ReportContent(mail, as: [.dmarc]).isEmpty)
    }

    @Test("The newer form, with its namespace, and prefixes, give the same as the older one")
    func forms() throws {
        let text = ReportSamples.dmarc([.init(disposition: "none")])
        let expected = try DMARCReport(Array(text.utf8))
        let newer = text.replacing(
            "<feedback>", with: "<feedback xmlns=\"urn:ietf:params:xml:ns:dmarc-2.0\">"
        ).replacing("<disposition>none", with: "<disposition>pass")
            .replacing("<pct>100</pct>", with: "<testing>n</testing><np>reject</np>")
        let found = try DMARCReport(Array(newer.utf8))
        #expect(found.sources["192.0.2.1"]?.disposition == "none 1")
        #expect(found == expected)
        let prefixed = text.replacing("<feedback>", with: "<n:feedback xmlns:n=\"urn:x\">")
            .replacing("</feedback>", with: "</n:feedback>")
        #expect(try DMARCReport(Array(prefixed.utf8)) == expected)
        // An extension has what it likes, and means nothing here.
        let extended = prefixed.replacing(
            "<row>", with: "<row><x:count xmlns:x=\"urn:y\">77<count>5</count></x:count>")
        #expect(try DMARCReport(Array(extended.utf8)) == expected)
    }

    @Test("A policy that receivers apply to a part of the mail, or test only, is not in force")
    func policies() throws {
        func isReject(_ more: String) throws -> Bool {
            let text = ReportSamples.dmarc(policy: "Reject")
                .replacing("<pct>100</pct>", with: more)
            return try DMARCReport(Array(text.utf8)).policy.isReject
        }
        #expect(try isReject(""))
        #expect(try isReject("<testing>n</testing>"))
        #expect(try !isReject("<pct>50</pct>"))
        #expect(try !isReject("<testing>y</testing>"))
    }

    @Test("Other character sets are read where they are named")
    func encodings() throws {
        func organisation(_ encoding: String, _ data: (String) -> [UInt8]) throws -> String {
            let text = ReportSamples.dmarc(organisation: "Jürgen €")
                .replacing("UTF-8", with: encoding)
            return try DMARCReport(data(text)).head.organisation
        }
        func windows1252(_ text: String) -> [UInt8] {
            text.unicodeScalars.map { $0 == "€" ? 0x80 : UInt8($0.value) }
        }
        #expect(try organisation("UTF-8") { Array($0.utf8) } == "Jürgen €")
        #expect(try organisation("windows-1252", windows1252) == "Jürgen €")
        #expect(try organisation("ISO-8859-1", windows1252) == "Jürgen \u{80}")
        let wide = try organisation("UTF-16") { text in
            [0xFE, 0xFF] + text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        }
        #expect(wide == "Jürgen €")
    }

    @Test("Records of one address are added up, whatever form the address has")
    func sources() throws {
        let report = try DMARCReport(
            Array(
                ReportSamples.dmarc([
                    .ses("2001:DB8:0:0::1", 3), .init(source: "2001:db8::1", count: "4"),
                    .stranger("192.0.2.9", 5, "reject"), .stranger("::ffff:192.0.2.9", 6, "none"),
                    .init(source: "192.0.2.10", count: "0"),
                ]).utf8))
        #expect(report.sources.keys.sorted() == ["192.0.2.10", "192.0.2.9", "2001:db8::1"])
        let own = try #require(report.sources["2001:db8::1"])
        #expect(own.messages == 7 && own.aligned == 7 && own.organisation == "Amazon SES")
        #expect(own.owner == .own)
        let stranger = try #require(report.sources["192.0.2.9"])
        #expect(stranger.messages == 11 && stranger.aligned == 0 && stranger.owner == .stranger)
        #expect(stranger.disposition == "none 6, reject 5")
    }

    @Test("The organisation is whom DKIM or SPF passed for, and never one that failed")
    func organisations() throws {
        func source(_ dkim: [(String, String)], _ spf: [(String, String)]) throws -> String? {
            let record = ReportSamples.Record(dkimResults: dkim, spfResults: spf)
            let report = try DMARCReport(Array(ReportSamples.dmarc([record]).utf8))
            return report.sources["192.0.2.1"]?.organisation
        }
        #expect(try source([("example.com", "pass")], [("mail.example.com", "pass")]) == nil)
        #expect(
            try source([("example.com", "fail"), ("list.example", "pass")], []) == "list.example")
        #expect(
            try source([("list.example", "fail")], [("Sender.Example", "pass")])
                == "sender.example")
        #expect(try source([], [("a1.amazonses.com", "pass")]) == "Amazon SES")
        #expect(try source([], [("notamazonses.com", "pass")]) == "notamazonses.com")
        #expect(try source([("amazonses.com", "fail")], []) == nil)
    }

    @Test("A TLS report is read with any offset of its times and either form of its policy")
    func tls() throws {
        let end = Clock.epochSeconds(of: "2026-03-01T00:00:00Z") ?? 0
        let text = ReportSamples.tls(
            succeeded: "5326", failed: "303",
            details: #"{"result-type": "certificate-expired", "failed-session-count": 303}"#,
            end: end)
        let report = try TLSReport(Array(text.utf8), now: end)
        let policy = try #require(report.policies.first)
        #expect(policy.succeeded == 5326 && policy.failed == 303 && policy.mode == "testing")
        #expect(policy.failures == ["certificate-expired": 303])
        let offset = text.replacing("2026-03-01T00:00:00Z", with: "2026-03-01T02:00:00+02:00")
            .replacing("[\"version: STSv1\", ", with: "\"version: STSv1\\r\\n")
            .replacing("\"mode: testing\", \"mx: a.example\", ", with: "mode: testing\\n")
            .replacing("\"max_age: 604800\"]", with: "max_age: 604800\"")
        #expect(try TLSReport(Array(offset.utf8), now: end).head.end == end)
        #expect(try TLSReport(Array(offset.utf8), now: end).policies.first?.mode == "testing")
        #expect("2026-03-01T00:00:00-01:30".offsetEpochSeconds == end + 5400)
        #expect("2026-03-01".offsetEpochSeconds == nil)
    }
}
