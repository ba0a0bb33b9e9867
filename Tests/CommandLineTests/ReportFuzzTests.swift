import TestSupport
import Testing

@testable import ses_mail

/// Reports that were cut or changed on their way, by chance.
@Suite(.waiting)
struct ReportFuzzTests {
    /// Each form, and whether a beginning of it can never be a whole report.
    private static func forms() throws -> [(file: [UInt8], kind: ReportKind)] {
        let xml = Array(ReportSamples.dmarc([.ses("192.0.2.1", 3), .init()]).utf8)
        return [
            (xml, .dmarc), (Array(ReportSamples.tls().utf8), .tls),
            (try PackedSamples.named("gzip"), .dmarc), (try PackedSamples.named("zip"), .dmarc),
            (try PackedSamples.named("zip-stored"), .dmarc),
        ]
    }

    private func content(_ file: [UInt8], _ kind: ReportKind) -> ReportContent {
        let type = kind == .dmarc ? "text/xml" : "application/json"
        let header = Array(
            "Content-Type: \(type)\r\nContent-Transfer-Encoding: binary\r\n\r\n".utf8)
        return ReportContent(header + file, as: [kind])
    }

    @Test("A report that is cut anywhere is refused or read, and never a trap")
    func cut() throws {
        for (file, kind) in try Self.forms() {
            #expect(content(file, kind).reports.count == 1)
            // The last byte may be a line end.
            for end in stride(from: 0, to: file.count - 1, by: max(1, file.count / 150)) {
                let content = content(Array(file.prefix(end)), kind)
                #expect(content.reports.isEmpty && content.faults.count == 1, "\(end)")
            }
        }
    }

    @Test("A report with wrong bytes is refused or read, and never a trap")
    func changed() throws {
        var random = SeededGenerator(seed: 21)
        for (file, kind) in try Self.forms() {
            for _ in 0..<150 {
                var file = file
                for _ in 0..<Int.random(in: 1...4, using: &random) {
                    let place = Int.random(in: 0..<file.count, using: &random)
                    file[place] = UInt8.random(in: 0...255, using: &random)
                }
                let content = content(file, kind)
                #expect(content.reports.count + content.faults.count <= 1)
                for case .dmarc(let report) in content.reports {
                    for source in report.sources.values {
                        #expect(0...source.messages ~= source.aligned)
                        #expect(0...2_000_000_000 ~= source.messages)
                    }
                }
            }
        }
    }
}
