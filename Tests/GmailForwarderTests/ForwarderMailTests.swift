import Foundation
import FunctionTestSupport
import JSON
import TestSupport
import Testing

/// Whole mails through the process: byte for byte, and without the memory for them.
@Suite(.waiting)
struct ForwarderMailTests {
    /// What the tests built, and what ships where it was packaged.
    static let builds: [URL?] = {
        let packaged = Repository.root.appending(path: "build/gmail-forwarder/bootstrap")
        let isThere = FileManager.default.isExecutableFile(atPath: packaged.path)
        return isThere ? [nil, packaged] : [nil]
    }()

    @Test("A mail of 40 MB goes through within 40 MiB of memory", arguments: [true, false], builds)
    func memory(hasMessageID: Bool, bootstrap: URL?) throws {
        let header = hasMessageID ? "Message-ID: <large@sender.example>\r\n" : "Subject: large\r\n"
        // A prime length: a chunk that is left out or sent twice does not fit its neighbours.
        let block = (0..<9973).map { UInt8(truncatingIfNeeded: $0 &* $0 &+ $0 / 251) }
        var mail = Data("\(header)\r\n".utf8)
        while mail.count < 40 << 20 { mail.append(contentsOf: block) }
        let cloud = try ForwarderProcessTests.cloud(Array(mail.prefix(40 << 20)))
        let run = try FunctionRun("gmail-forwarder", in: cloud, bootstrap: bootstrap)
        #expect(run.status == 0)
        let now = cloud.now
        #expect(now.imports.map(\.uploadType) == ["resumable"])
        let added = hasMessageID ? "" : "Message-ID: <mail-1@ses-mail.invalid>\r\n"
        let expected = Data(added.utf8) + mail.prefix(40 << 20)
        #expect(now.imports.first.map { Data($0.mail) == expected } == true)
        #expect(now.peakKiB > 0 && now.peakKiB <= 40 << 10, "\(now.peakKiB) KiB")
        #expect(now.objects.isEmpty)
    }

    @Test("Real mails are imported byte for byte", .enabled(if: !mails.isEmpty))
    func realMails() throws {
        let mails = Self.mails
        let cloud = try ForwarderProcessTests.cloud { content in
            content.events = mails.indices.map { index in
                var decision = SampleDecision.oneMailbox
                decision.id = "real-\(index)"
                decision.mail.id = decision.id
                return .init(SampleRecord.batch(decision.record()))
            }
            content.objects = [:]
            for (index, mail) in mails.enumerated() {
                content.objects["\(SampleMail.bucket)/emails/real-\(index)"] = mail.bytes
            }
        }
        #expect(try FunctionRun("gmail-forwarder", in: cloud).status == 0)
        let imports = cloud.now.imports
        #expect(imports.count == mails.count)
        var added = 0
        for (index, (mail, imported)) in zip(mails, imports).enumerated() {
            let line = Array("Message-ID: <real-\(index)@ses-mail.invalid>\r\n".utf8)
            let expected = SimpleHeaders(mail.bytes).hasMessageID ? mail.bytes : line + mail.bytes
            added += expected.count == mail.bytes.count ? 0 : 1
            let isSame = imported.mail == expected
            #expect(isSame, "\(mail.name)")
        }
        // Both kinds are among them, else this shows less than it says.
        #expect(added > 0 && added < mails.count)
        #expect(cloud.now.objects.isEmpty)
    }

    static let mails: [(name: String, bytes: [UInt8])] = {
        guard let folder = Repository.testData?.appending(path: "mail") else { return [] }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasSuffix(".eml") }.sorted().compactMap { name in
            (try? Data(contentsOf: folder.appending(path: name))).map { (name, Array($0)) }
        }
    }()
}

/// Whether a mail has a Message-ID: the lines up to the first empty one, folded lines joined.
struct SimpleHeaders {
    let hasMessageID: Bool

    init(_ mail: [UInt8]) {
        let text = String(String.UnicodeScalarView(mail.map { Unicode.Scalar($0) }))
            .replacingOccurrences(of: "\r\n", with: "\n")
        var fields: [String] = []
        for line in text.components(separatedBy: "\n") {
            if line.isEmpty { break }
            if !fields.isEmpty, line.hasPrefix(" ") || line.hasPrefix("\t") {
                fields[fields.count - 1] += line
            } else {
                fields.append(line)
            }
        }
        hasMessageID = fields.contains { field in
            let halves = field.components(separatedBy: ":")
            return halves[0].lowercased().trimmingCharacters(in: .whitespaces) == "message-id"
                && !halves[0].hasPrefix(" ")
                && halves.dropFirst().joined().contains { !" \t\r<>".contains($0) }
        }
    }
}
