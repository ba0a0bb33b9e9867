import FunctionTestSupport
import Gmail
import TestSupport
import Testing

@testable import gmail_forwarder

/// Junk on its way into Spam: its stored copy stays, whatever Gmail makes of it.
struct RefusedJunkTests {
    private static let junk = SampleRecord.batch(
        SampleRecord.sqs(
            SampleDecision.oneMailbox.detail.text.replacing(
                #""destination":"#, with: #""junk":true,"destination":"#)))

    @Test(
        "Refused junk is a success without a notice or a count",
        arguments: [
            RefusedMailTests.refusal(413, "uploadTooLarge"),
            RefusedMailTests.refusal(400, "invalidArgument", "Invalid attachment"),
            RefusedMailTests.refusal(403, "forbidden", "Delegation denied"),
            RefusedMailTests.refusal(400, "failedPrecondition"),
        ])
    func refusedJunk(error: GmailError) throws {
        let bench = RefusedMailTests.bench(error)
        #expect(try bench.deliver(Self.junk) == [])
        #expect(bench.notices == [:] && bench.objects["emails/mail-1"] != nil)
        #expect(bench.output.counts == [:])
        #expect(bench.output.values("outcome") == ["junk-refused"])
    }

    @Test(
        "Junk that Gmail will take later is tried again",
        arguments: [
            RefusedMailTests.refusal(429, "rateLimitExceeded"),
            RefusedMailTests.refusal(403, "quotaExceeded"),
            RefusedMailTests.refusal(503, "backendError"),
            RefusedMailTests.refusal(401, "authError"),
        ])
    func laterJunk(error: GmailError) throws {
        let bench = RefusedMailTests.bench(error)
        #expect(try bench.deliver(Self.junk) != [])
        #expect(bench.output.values("outcome") == ["failed"])
    }

    @Test("Junk in Spam does not stand for a delivery: the copy stays")
    func importedJunk() throws {
        let bench = ForwarderBench()
        #expect(try bench.deliver(Self.junk) == [])
        #expect(bench.table.states == ["JUNK#me@gmail.com": "done"])
        #expect(bench.objects["emails/mail-1"] != nil)
    }

    @Test("Junk with more Message-IDs than are renamed goes into no mailbox")
    func manyMessageIDs() throws {
        for (count, outcome) in [(1000, "junk-imported"), (1001, "junk-refused")] {
            let bench = ForwarderBench()
            let fields = (1...count).map { "Message-ID: <x\($0)@junk>\r\n" }.joined()
            bench.objects["emails/mail-1"] = Array("\(fields)\r\nbody".utf8)
            #expect(try bench.deliver(Self.junk) == [])
            #expect(bench.output.values("outcome") == [outcome])
            #expect(bench.mailboxes.isEmpty == (count > 1000))
            #expect(bench.objects["emails/mail-1"] != nil)
        }
    }
}
