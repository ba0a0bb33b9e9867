import AWS
import Delivery
import Foundation
import FunctionTestSupport
import HTTP
import Lambda
import Mail
import Testing

@testable import Gmail
@testable import gmail_forwarder

/// A forwarder between a table, a bucket and mailboxes of a test's own, in which each effect can
/// fail once.
final class ForwarderBench: HandlerBench {
    let journal = Journal()
    let table: TableDouble
    let clock = FakeClock()
    let output = CapturedOutput()
    /// Key → mail.
    var objects: [String: [UInt8]] = ["emails/mail-1": ForwarderBench.mail]
    /// Address → the mails that it holds.
    private(set) var mailboxes: [String: [[UInt8]]] = [:]
    /// Address → the labels of each.
    private(set) var labels: [String: [[String]]] = [:]
    /// Address → what else Gmail was told of each.
    private(set) var flags: [String: [[String]]] = [:]
    /// The notices that the mailboxes hold, whole.
    private(set) var notices: [String: [String]] = [:]
    /// What `import …` fails with when the journal says that it was refused, or lost.
    var refusal: any Error = GmailError.unauthorized(mailbox: "me@gmail.com")
    var loss: any Error = GmailError.unanswered(.timedOut(.init("Gmail", "import")))
    var tracer = Tracer(daemonAddress: nil)

    static let mail = Array("Message-ID: <1@sender.example>\r\nSubject: Hi\r\n\r\nHello\r\n".utf8)
    init() {
        table = TableDouble(journal: journal)
    }

    var handler: ForwarderHandler {
        ForwarderHandler(
            bucket: SampleMail.bucket,
            ledger: Ledger(
                table.client(), retentionDays: 120,
                epochMilliseconds: { [clock] in clock.milliseconds }),
            fetchMail: fetch, importMail: importMail, deleteMail: delete,
            epochSeconds: { [clock] in Double(clock.milliseconds) / 1000 },
            reporter: OutcomeReporter(
                function: "gmail-forwarder", action: "forward-to-gmail", metrics: output.metrics,
                tracer: tracer))
    }

    func handle(_ invocation: Invocation) throws -> [UInt8] { try handler.handle(invocation) }

    private func fetch(_ object: StoredMail, _ descriptor: Int32) throws {
        guard journal.note("fetch \(object.key)") == nil else { throw Refusal() }
        guard object.bucket == SampleMail.bucket, let mail = objects[object.key] else {
            throw AWSError.refused(
                .init("S3", "GetObject"),
                AWSRefusal(code: "NoSuchKey", message: "no such key", status: 404))
        }
        pwrite(descriptor, mail, mail.count, 0)
    }

    private func importMail(_ mail: GmailAPI.Mail, _ mailbox: Mailbox) throws -> String {
        let isNotice = mail.descriptor < 0
        let failure = journal.note("\(isNotice ? "notify" : "import") \(mailbox.address)")
        if failure == .refused { throw isNotice ? loss : refusal }
        if isNotice {
            #expect(mail.neverMarkSpam && mail.labelIDs == ["INBOX", "UNREAD"])
            notices[mailbox.address, default: []].append(
                String(decoding: mail.header, as: UTF8.self))
            if failure == .lost { throw loss }
            return "notice"
        }
        mailboxes[mailbox.address, default: []].append(mail.parts().flatMap(bytes))
        labels[mailbox.address, default: []].append(mail.labelIDs)
        flags[mailbox.address, default: []].append(
            (mail.neverMarkSpam ? ["neverMarkSpam"] : [])
                + (mail.processForCalendar ? ["processForCalendar"] : []))
        if failure == .lost { throw loss }
        return "gmail-\(mailbox.address)"
    }

    private func bytes(_ part: HTTPBody.Part) -> [UInt8] {
        switch part {
        case .bytes(let bytes): return bytes
        case .file(let descriptor, let offset, let count):
            var bytes = [UInt8](repeating: 0, count: Int(count))
            pread(descriptor, &bytes, bytes.count, off_t(offset))
            return bytes
        }
    }

    private func delete(_ object: StoredMail) throws {
        let failure = journal.note("delete \(object.key)")
        if failure == .refused { throw Refusal() }
        objects[object.key] = nil
        if failure == .lost { throw AWSError.unanswered(.timedOut(.init("S3", "DeleteObject"))) }
    }
}

extension SampleDecision {
    /// A mail that goes into one mailbox.
    static let oneMailbox = SampleDecision { $0.forward = [("user@example.com", "me@gmail.com")] }
    static let twoMailboxes = SampleDecision {
        $0.forward = [("a@example.com", "a@gmail.com"), ("b@example.com", "b@gmail.com")]
    }
}
