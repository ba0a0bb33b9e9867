import Foundation
import TestSupport
import Testing

@testable import ses_mail

/// A stored mail saved as a file.
@Suite(.waiting)
struct MailSaveTests {
    private static let mail = "Return-Path: <a@b.example>\r\nSubject: é\r\n\r\nHello\r\n"

    private func server(isStored: Bool = true, object: Answer? = nil) throws -> LoopbackServer {
        try LoopbackServer { request in
            if request.isAboutSettings { return .noParameter }
            if request.operation == "GetCallerIdentity" || request.bodyText.contains("Action=") {
                return .caller("123456789012")
            }
            if request.head.contains("list-type=2") {
                let entry =
                    "<Contents><Key>emails/0123</Key><Size>\(Self.mail.utf8.count)</Size>"
                    + "<LastModified>2026-11-29T10:00:00.000Z</LastModified></Contents>"
                return Answer(
                    200, [], "<ListBucketResult>\(isStored ? entry : "")</ListBucketResult>")
            }
            return object ?? Answer(200, [], Self.mail)
        }
    }

    private func save(_ path: String, _ server: LoopbackServer) throws -> CommandRun {
        try CommandRun(["mail", "save", "0123", path], at: server.url)
    }

    private func scratch() -> String {
        FileManager.default.temporaryDirectory.appending(path: "\(UUID()).eml").path
    }

    @Test("The file has the mail's bytes, is its owner's alone, and no other is overwritten")
    func saved() throws {
        let server = try server()
        defer { server.stop() }
        let path = scratch()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let run = try save(path, server)
        #expect(run.status == 0, "\(run.complaint)")
        #expect(run.output == "Saved as \(path), \(Self.mail.utf8.count) bytes.\n")
        #expect(try Data(contentsOf: URL(filePath: path)) == Data(Self.mail.utf8))
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
        #expect(mode as? Int == 0o600)
        let again = try save(path, server)
        #expect(again.status == 1)
        #expect(again.complaint.contains("The file \(path) cannot be made: it exists already."))
    }

    @Test("A mail that is not stored, or cannot be read, leaves no file")
    func failed() throws {
        let path = scratch()
        let gone = try server(isStored: false)
        defer { gone.stop() }
        let run = try save(path, gone)
        #expect(run.status == 4)
        #expect(run.complaint.contains("The mail 0123 is not stored"))
        let error = "<Error><Code>AccessDenied</Code><Message>no</Message></Error>"
        let denied = try server(object: Answer(403, [], error))
        defer { denied.stop() }
        #expect(try save(path, denied).status == 3)
        #expect(!FileManager.default.fileExists(atPath: path))
    }
}
