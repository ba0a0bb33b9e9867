import Foundation
import TestSupport

@testable import ses_mail

/// Reports as others send them, whole and broken.
enum ReportSamples {
    /// The end of the time that the samples are about.
    static let now = 1_700_000_000

    /// A record of a DMARC report.
    struct Record {
        var source = "192.0.2.1"
        var count = "1"
        var disposition = "none"
        var dkim = "pass"
        var spf = "pass"
        /// Domain and result, first of DKIM, then of SPF.
        var dkimResults = [("example.com", "pass")]
        var spfResults = [("bounce.example.com", "pass")]

        var xml: String {
            func results(_ name: String, _ list: [(String, String)]) -> String {
                list.map {
                    "<\(name)><domain>\($0.0)</domain><result>\($0.1)</result></\(name)>"
                }.joined()
            }
            return """
                <record><row><source_ip>\(source)</source_ip><count>\(count)</count>
                <policy_evaluated><disposition>\(disposition)</disposition><dkim>\(dkim)</dkim>
                <spf>\(spf)</spf></policy_evaluated></row>
                <identifiers><header_from>example.com</header_from></identifiers>
                <auth_results>\(results("dkim", dkimResults))\(results("spf", spfResults))
                </auth_results></record>
                """
        }

        /// Mail that SES sent, signed for us and for itself.
        static func ses(_ source: String, _ count: Int) -> Record {
            Record(
                source: source, count: "\(count)",
                dkimResults: [("example.com", "pass"), ("amazonses.com", "pass")])
        }

        /// Mail of somebody else.
        static func stranger(_ source: String, _ count: Int, _ disposition: String) -> Record {
            Record(
                source: source, count: "\(count)", disposition: disposition, dkim: "fail",
                spf: "fail", dkimResults: [], spfResults: [("example.com", "fail")])
        }
    }

    static func dmarc(
        _ records: [Record] = [Record()], id: String = "1", organisation: String = "Remote",
        domain: String = "example.com", policy: String = "none", begin: Int = now - 86_400,
        end: Int = now - 1
    ) -> String {
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <feedback><report_metadata><org_name>\(organisation)</org_name>
        <email>reports@remote.example</email><report_id>\(id)</report_id>
        <date_range><begin>\(begin)</begin><end>\(end)</end></date_range></report_metadata>
        <policy_published><domain>\(domain)</domain><p>\(policy)</p><pct>100</pct>
        </policy_published>\(records.map(\.xml).joined())</feedback>
        """
    }

    static func tls(
        succeeded: String = "10", failed: String = "0", details: String = "",
        mode: String = "testing", id: String = "1", organisation: String = "Remote",
        domain: String = "example.com", end: Int = now - 1
    ) -> String {
        """
        {"organization-name": "\(organisation)", "report-id": "\(id)", "date-range":
        {"start-datetime": "\(Clock.text(end - 86_399))", "end-datetime": "\(Clock.text(end))"},
        "policies": [{"policy": {"policy-type": "sts", "policy-domain": "\(domain)",
        "policy-string": ["version: STSv1", "mode: \(mode)", "mx: a.example", "max_age: 604800"]},
        "summary": {"total-successful-session-count": \(succeeded),
        "total-failure-session-count": \(failed)}, "failure-details": [\(details)]}]}
        """
    }

    /// A mail with the file as its only part.
    static func mail(
        _ file: [UInt8], type: String = "application/gzip", name: String? = nil,
        header: String = ""
    ) -> [UInt8] {
        let disposition =
            name.map { "Content-Disposition: attachment; filename=\"\($0)\"\r\n" } ?? ""
        return Array(
            """
            \(header)From: reports@remote.example\r
            Subject: Report Domain: example.com\r
            Content-Type: \(type)\r
            \(disposition)Content-Transfer-Encoding: base64\r
            \r
            \(base64(file))\r

            """.utf8)
    }

    /// A mail with a text, and the file attached.
    static func mailWithText(_ file: [UInt8], type: String, name: String) -> [UInt8] {
        Array(
            """
            From: reports@remote.example\r
            MIME-Version: 1.0\r
            Content-Type: multipart/mixed; boundary="=_b"\r
            \r
            --=_b\r
            Content-Type: text/plain\r
            \r
            This is a report.\r
            --=_b\r
            Content-Type: \(type); name="\(name)"\r
            Content-Transfer-Encoding: base64\r
            \r
            \(base64(file))\r
            --=_b--\r

            """.utf8)
    }

    private static func base64(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString(options: [
            .lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed,
        ])
    }
}

/// Files that Python's gzip and zipfile have packed, each around the same report or a broken one.
enum PackedSamples {
    /// By name; `PackedSamples.program` says what each is.
    static let all = Result { try made(of: ReportSamples.dmarc()) }

    static func named(_ name: String) throws -> [UInt8] {
        guard let file = try all.get()[name] else { throw Missing(name: name) }
        return file
    }

    private struct Missing: Error {
        let name: String
    }

    private static func made(of report: String) throws -> [String: [UInt8]] {
        let run = try ProgramRun(
            Repository.root.appending(path: ".venv/bin/python"), ["-c", program], input: report)
        var files: [String: [UInt8]] = [:]
        for line in run.output.split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            files[words[0]] = Data(base64Encoded: words[1]).map(Array.init)
        }
        return files
    }

    private static let program = """
        import base64, gzip, io, random, sys, zipfile, zlib
        report = sys.stdin.buffer.read()
        def archive(*files, method=zipfile.ZIP_DEFLATED, comment=b""):
            out = io.BytesIO()
            with zipfile.ZipFile(out, "w", method) as made:
                for name, content in files: made.writestr(name, content)
                made.comment = comment
            return bytearray(out.getvalue())
        one = ("r.xml", report)
        whole = archive(one)
        end = whole.rindex(b"PK\\x05\\x06")
        central = whole.rindex(b"PK\\x01\\x02")
        def changed(file, *changes):
            file = bytearray(file)
            for place, content in changes: file[place:place + len(content)] = content
            return file
        noise = random.Random(1).randbytes
        tar = gzip.compress(report)
        files = {
            "gzip": tar,
            "gzip-members": gzip.compress(report[:200]) + gzip.compress(report[200:]),
            "gzip-many": gzip.compress(b"") * 200,
            "gzip-cut": tar[:-20],
            "gzip-damaged": changed(tar, (len(tar) - 6, b"\\0\\0")),
            "gzip-trailing": tar + b"\\r\\n",
            "gzip-bomb": gzip.compress(b"<feedback>" + b" " * (40 << 20), 9),
            "gzip-large": gzip.compress(
                b"<feedback>" + b"".join(noise(9 << 10) + bytes(1 << 20) for _ in range(52)), 9),
            "zip": whole,
            "zip-stored": archive(one, method=zipfile.ZIP_STORED),
            "zip-comment": archive(one, comment=b"PK: a comment") + b"\\r\\n",
            "zip-folder": archive(("a/", b""), ("__MACOSX/._r", b"x"), ("a/r.xml", report)),
            "zip-two": archive(one, ("s.xml", report)),
            "zip-many": archive(*((f"{n}.xml", b"x") for n in range(3000))),
            "zip-none": archive(),
            "zip-encrypted": changed(whole, (6, b"\\1"), (central + 8, b"\\1")),
            "zip-zip64": changed(whole, (central + 20, b"\\xff" * 8)),
            "zip-zip64-end": changed(whole, (end + 8, b"\\xff" * 4), (end + 16, b"\\xff" * 4)),
            "zip-bzip2": archive(one, method=zipfile.ZIP_BZIP2),
            "zip-cut": whole[:-30],
            "zip-damaged": changed(whole, (central + 16, b"\\0\\0")),
            "zip-outside": changed(whole, (central + 42, b"\\xff\\xff\\xff\\x7f")),
            "zip-longer": changed(whole, (central + 20, b"\\xff\\xff\\0\\0")),
            "zip-bomb": archive(("r.xml", b"<feedback>" + b" " * (40 << 20))),
        }
        for name, content in files.items():
            print(name, base64.b64encode(bytes(content)).decode())
        """
}
