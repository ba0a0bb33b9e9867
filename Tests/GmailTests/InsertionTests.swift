import HTTP
import TestSupport
import Testing

@testable import Gmail

@Suite(.waiting)
struct InsertionTests {
    @Test("What is put between a mail's bytes is sent there, from any offset")
    func insertions() throws {
        let file = ScratchFile(Array("0123456789".utf8))
        var mail = GmailAPI.Mail(
            header: Array("abc".utf8), descriptor: file.descriptor, fileCount: 10)
        mail.insertions = [(0, "X"), (4, "YY"), (4, "Z"), (10, "W")].map {
            .init(Array($1.utf8), at: $0)
        }
        let whole = "abcX0123YYZ456789W"
        #expect(mail.count == Int64(whole.utf8.count))
        let server = try LoopbackServer(answers: [Answer(200)])
        for offset in 0...whole.utf8.count {
            _ = try CurlClient().send(
                HTTPRequest(
                    .put, server.url, body: HTTPBody(parts: mail.parts(from: Int64(offset))),
                    name: CallName("Test", "parts")))
            #expect(server.requests.last?.bodyText == String(whole.dropFirst(offset)))
        }
    }
}
