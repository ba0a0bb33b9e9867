import Foundation
import TestSupport
import Testing

@testable import ses_mail

/// Files that a person wrote, and some that nobody could have meant.
@Suite(.waiting)
struct TextFileTests {
    private let folder: ScratchFolder

    init() throws {
        folder = try ScratchFolder()
    }

    private func failure(_ path: String) throws -> Failure {
        try #require(throws: Failure.self) { try TextFile.bytes(path: path) }
    }

    @Test("A file that is too large is told as that")
    func large() throws {
        let path = folder.path("large")
        let file = open(path, O_CREAT | O_WRONLY, 0o600)
        ftruncate(file, 16 << 20)
        #expect(try TextFile.bytes(path: path).count == 16 << 20)
        ftruncate(file, (16 << 20) + 1)
        close(file)
        errno = ENOTTY
        #expect(
            try failure(path)
                == Failure(.failed, "The file \(path) cannot be read: it is larger than 16 MB."))
    }

    @Test("What is no file, or none that can be read, is told with the system's words")
    func unreadable() throws {
        #expect(try failure(folder.path("none")).sentence.hasSuffix(": No such file or directory."))
        #expect(try failure(folder.url.path).sentence.hasSuffix(" cannot be read: Is a directory."))
    }

    @Test("A file that is not UTF-8 is refused, with the line")
    func otherEncodings() throws {
        let path = folder.path("rules.json")
        for (bytes, line, byte) in [
            (Array("[\n\n{\"description\": \"caf".utf8) + [0xE9] + Array("\"}]".utf8), 3, "E9"),
            ([0xFF, 0xFE, 0x5B, 0x00], 1, "FF"), ([0x0A, 0xC3], 2, "C3"),
            ([0xED, 0xA0, 0x80], 1, "ED"), ([0xC0, 0x80], 1, "C0"),
        ] as [([UInt8], Int, String)] {
            try Data(bytes).write(to: URL(filePath: path))
            #expect(
                try failure(path)
                    == Failure(
                        .failed,
                        "The file \(path) is not UTF-8 text: line \(line) has the byte 0x\(byte), "
                            + "as in Latin-1 or UTF-16. Nothing was changed. Save the file as "
                            + "UTF-8."))
        }
        let right = try folder.file("right.json", "é€𝄞\u{FFFD}\u{0}")
        #expect(try TextFile.bytes(path: right) == Array("é€𝄞\u{FFFD}\u{0}".utf8))
    }

    @Test("A rules file in Latin-1 changes nothing, and AWS is not asked")
    func latinRules() throws {
        let server = try LoopbackServer(answers: [Answer(500)])
        defer { server.stop() }
        let path = folder.path("rules.json")
        let text = #"[{"recipient": "*", "action": "store", "description": "caf\#u{E9}"}]"#
        try #require(text.data(using: .isoLatin1)).write(to: URL(filePath: path))
        let run = try CommandRun(["rules", "import", path, "--yes"], at: server.url)
        #expect(run.status == 1)
        #expect(run.sentence.contains("is not UTF-8 text: line 1 has the byte 0xE9"))
        #expect(server.requests.isEmpty)
    }

    @Test("The mark of the byte order before a file is no part of it")
    func mark() throws {
        let path = try folder.file("rules.json", "\u{FEFF}[\u{FEFF}]")
        #expect(try TextFile.bytes(path: path) == Array("[\u{FEFF}]".utf8))
        #expect(try TextFile.bytes(path: folder.file("empty", "")) == [])
    }
}
