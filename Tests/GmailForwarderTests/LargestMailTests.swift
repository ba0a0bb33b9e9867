import AWS
import Foundation
import FunctionTestSupport
import HTTP
import TestSupport
import Testing

@testable import gmail_forwarder

/// The size at which the forwarder stops reading, against an S3 that sends as much as it says.
struct LargestMailTests {
    /// What SES takes at most, and as much again as it can add before the mail.
    private static let largestOfSES: Int64 = 40 << 20 + 64 << 10

    /// Fetches an object of that size; answers how much of it was written.
    private func fetch(_ byteCount: Int64) throws -> Int64 {
        let server = try LoopbackServer { connection in
            guard connection.readRequest() != nil else { return }
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(byteCount)\r\n\r\n")
            let block = [UInt8](repeating: 0x2E, count: 1 << 20)
            var left = byteCount
            while left > 0 {
                connection.send(Array(block.prefix(Int(min(left, 1 << 20)))))
                left -= 1 << 20
            }
        }
        defer { server.stop() }
        let session = AWSSession.fake(
            CurlClient(), endpoint: server.url, pacing: Pacing(secondsLeft: { 60 }))
        let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try Data().write(to: file)
        defer { unlink(file.path) }
        let handle = try FileHandle(forWritingTo: file)
        try S3(session).getObject(
            bucket: "b", key: "k", into: handle.fileDescriptor, limit: GmailForwarder.largestMail)
        return Int64(try handle.seekToEnd())
    }

    @Test("The largest mail that SES takes is fetched whole")
    func largest() throws {
        #expect(try fetch(Self.largestOfSES) == Self.largestOfSES)
    }

    @Test("What is larger than any mail is not spooled, which would fill the disk")
    func tooLarge() throws {
        #expect(throws: AWSError.unanswered(.bodyTooLarge(CallName("S3", "GetObject")))) {
            try fetch(GmailForwarder.largestMail + 1)
        }
    }
}
