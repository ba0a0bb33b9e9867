import FunctionTestSupport
import JSON
import TestSupport
import Testing

/// The forwarder's process and a mail that Gmail never takes, on the wire.
@Suite(.waiting)
struct ForwarderRefusalTests {
    private static let text = "X-Malformed: yes\r\n"

    private static func cloud(_ status: Int, bytes: Int) throws -> CloudDouble {
        let mail =
            Array(text.utf8) + ForwarderBench.mail + [UInt8](repeating: 0x0A, count: bytes)
        return try ForwarderProcessTests.cloud(mail) {
            $0.events = [.init(ForwarderProcessTests.event), .init(ForwarderProcessTests.event)]
            let error = #"{"error":{"message":"No","errors":[{"reason":"invalidArgument"}]}}"#
            $0.malformed = (text, Answer(status, [], error))
        }
    }

    @Test(
        "Its mailbox has one notice, never for spam, and the stored copy stays at each delivery",
        arguments: [(400, 0), (413, 0), (400, 6 << 20), (413, 6 << 20)])
    func refused(status: Int, bytes: Int) throws {
        let cloud = try Self.cloud(status, bytes: bytes)
        let run = try FunctionRun("gmail-forwarder", in: cloud)
        #expect(run.status == 0)
        let now = cloud.now
        #expect(now.replies.map(\.body) == Array(repeating: ["batchItemFailures": []], count: 2))
        #expect(now.objects.keys.contains(ForwarderProcessTests.object))
        #expect(cloud.table.states == ["GMAIL#me@gmail.com": "refused"])
        #expect(now.imports.count == 1)
        let notice = try #require(now.imports.first)
        #expect(notice.mailbox == "me@gmail.com" && notice.uploadType == "multipart")
        #expect(notice.target.contains("neverMarkSpam=true"))
        let text = String(decoding: notice.mail, as: UTF8.self)
        #expect(text.contains("\r\nMessage-ID: <mail-1.refused@ses-mail.invalid>\r\n"))
        #expect(text.contains("No (invalidArgument, \(status))"))
        #expect(run.output.counts == ["GmailForwardRefused": 1])
        #expect(run.output.values("outcome") == ["refused", "already-refused"])
    }

    @Test("A notice that Gmail refuses too fails the record, and the mail is tried again")
    func noticeRefused() throws {
        let cloud = try Self.cloud(400, bytes: 0)
        cloud.change {
            $0.events.removeLast()
            $0.malformed?.text = "\r\n"
        }
        let run = try FunctionRun("gmail-forwarder", in: cloud)
        #expect(cloud.now.replies.map(\.body) == [ForwarderLedgerTests.failure])
        #expect(cloud.table.states == ["GMAIL#me@gmail.com": "claimed"])
        #expect(cloud.now.objects.count == 1 && cloud.now.imports.isEmpty)
        #expect(run.output.counts == ["GmailForwardFailure": 1])
        #expect(run.output.values("message") == ["the notice of a refusal was not imported"])
    }
}
