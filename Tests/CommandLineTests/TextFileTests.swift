import Foundation
import Testing

@testable import ses_mail

/// Files that a person wrote, and some that nobody could have meant.
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

    @Test("The mark of the byte order before a file is no part of it")
    func mark() throws {
        let path = try folder.file("rules.json", "\u{FEFF}[\u{FEFF}]")
        #expect(try TextFile.bytes(path: path) == Array("[\u{FEFF}]".utf8))
        #expect(try TextFile.bytes(path: folder.file("empty", "")) == [])
    }
}
