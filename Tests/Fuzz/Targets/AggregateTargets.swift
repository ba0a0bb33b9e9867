@testable import ses_mail

extension FuzzTarget {
    static let aggregateTargets = [aggregateReports]

    private static let xml = """
        <?xml version="1.0" encoding="UTF-8"?><feedback><report_metadata><org_name>a</org_name>\
        <report_id>1</report_id><date_range><begin>1</begin><end>2</end></date_range>\
        </report_metadata><policy_published><domain>a.example</domain><p>none</p>\
        </policy_published>
        """

    private static let record = """
        <record><row><source_ip>192.0.2.1</source_ip><count>3</count><policy_evaluated>\
        <disposition>none</disposition><dkim>pass</dkim><spf>fail</spf></policy_evaluated></row>\
        <identifiers><header_from>a.example</header_from></identifiers><auth_results><dkim>\
        <domain>amazonses.com</domain><result>pass</result></dkim><spf><domain>b.example</domain>\
        <result>pass</result></spf></auth_results></record>
        """

    private static let json = #"""
        {"organization-name":"a","report-id":"1","date-range":{"start-datetime":\#
        "2025-01-01T00:00:00Z","end-datetime":"2025-01-02T00:00:00+01:00"},"policies":[
        """#

    private static let policy = #"""
        {"policy":{"policy-type":"sts","policy-domain":"a.example","policy-string":["mode: \#
        testing"]},"summary":{"total-successful-session-count":1,"total-failure-session-count":\#
        2},"failure-details":[{"result-type":"b","failed-session-count":2}]}
        """#

    /// `<feedback/>`, packed by gzip and by zip.
    private static let gzip: [UInt8] = [
        31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 179, 73, 75, 77, 77, 73, 74, 76, 206, 214, 183, 3, 0, 132,
        183, 10, 59, 11, 0, 0, 0,
    ]
    private static let zip: [UInt8] = [
        80, 75, 3, 4, 20, 0, 0, 0, 8, 0, 0, 0, 33, 0, 132, 183, 10, 59, 13, 0, 0, 0, 11, 0, 0, 0, 1,
        0, 0, 0, 97, 179, 73, 75, 77, 77, 73, 74, 76, 206, 214, 183, 3, 0, 80, 75, 1, 2, 20, 3, 20,
        0, 0, 0, 8, 0, 0, 0, 33, 0, 132, 183, 10, 59, 13, 0, 0, 0, 11, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 128, 1, 0, 0, 0, 0, 97, 80, 75, 5, 6, 0, 0, 0, 0, 1, 0, 1, 0, 47, 0, 0, 0,
        44,
        0, 0, 0, 0, 0,
    ]

    private static let aggregateReports = FuzzTarget(
        name: "aggregate-reports",
        seeds: [
            FuzzInput.seed(xml + record + "</feedback>"), FuzzInput.seed(json + policy + "]}"),
            gzip, zip,
        ],
        words: [
            "<record>", "</record>", "<count>", "<source_ip>", "<!DOCTYPE a [<!ENTITY b \"c\">]>",
            "&amp;", "&#x9B;", "<n:feedback xmlns:n=\"a\">", "encoding=\"windows-1252\"", "::ffff:",
            "99999999999999999999", "-1", "PK\u{03}\u{04}", "PK\u{05}\u{06}",
            "\"policies\":[", "\"policy-domain\":\"", "+01:00",
        ],
        growing: [
            GrowingInput(xml, record, "</feedback>"),
            GrowingInput(
                xml,
                "<record><row><source_ip>2001:db8::#</source_ip><count>1</count></row></record>",
                "</feedback>"),
            GrowingInput(json, policy + ",", policy + "]}"),
        ]
    ) { input in
        let header = Array("Content-Type: application/octet-stream; name=r.xml\r\n\r\n".utf8)
        for kind in ReportKind.allCases {
            let content = ReportContent(header + input.bytes, as: [kind])
            require(content.reports.count + content.faults.count == 1, "one file is one answer")
            for fault in content.faults {
                require((1...200).contains(fault.reason.utf8.count), "a fault is a short sentence")
            }
            for case .dmarc(let report) in content.reports {
                for (address, source) in report.sources {
                    require(0...source.messages ~= source.aligned, "no more aligned than counted")
                    require(source.quarantined + source.rejected <= source.messages, "one fate")
                    require(address.utf8.count <= 45, "an address's size")
                }
            }
            for case .tls(let report) in content.reports {
                for policy in report.policies {
                    require(policy.succeeded >= 0 && policy.failed >= 0, "no negative number")
                }
            }
        }
        return nil
    }
}
