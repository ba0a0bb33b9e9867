import Foundation
import Process
import TestSupport
import Testing

struct FileTests {
    @Test("A new file is for its readers only, and never takes the place of another one")
    func creating() throws {
        let folder = try ScratchFolder()
        let path = folder.path("secret")
        try OpenFile(creating: path, readers: .owner).write(Array("one".utf8))
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        do throws(SystemError) {
            try OpenFile(creating: path, readers: .everybody).write([])
            Issue.record("it was written again")
        } catch {
            #expect(error.isExistingFile && "\(error)" == "File exists")
        }
        #expect(try OpenFile(reading: path).contents(limit: 3) == Array("one".utf8))
        #expect(try OpenFile(reading: path).contents(limit: 2) == nil)
        FileSystem.remove(path)
        #expect(!FileSystem.exists(path))
    }

    @Test("A temporary file is read from any place, has no name, and closes with its owner")
    func temporary() throws {
        let file = try OpenFile.temporary()
        try file.write(Array("abcdef".utf8))
        #expect(try file.count == 6)
        var buffer = [UInt8](repeating: 0, count: 4)
        #expect(try file.descriptor.read(at: 4, into: &buffer) == 2)
        #expect(buffer == Array("ef".utf8) + [0, 0])
        #expect(try file.descriptor.read(at: 6, into: &buffer) == 0)
        let name = FileSystem.canonicalPath("/proc/self/fd/\(file.descriptor.number)")
        #expect(name.map(FileSystem.exists) != true)
    }

    @Test("What the system refuses is an error in its words")
    func refusals() throws {
        #expect(throws: SystemError(code: ENOENT)) {
            _ = try OpenFile(reading: "/nonexistent").descriptor
        }
        #expect(throws: SystemError(code: EBADF)) { try Descriptor(-1).write([1]) }
        #expect(throws: SystemError(code: EBADF)) { try Descriptor(-1).readToEnd(limit: 1) }
        #expect("\(SystemError(code: ENOENT))" == "No such file or directory")
    }

    @Test("A pipe shows that its reader has gone, and a write to it says so")
    func brokenPipe() {
        var ends: [Int32] = [-1, -1]
        #expect(pipe(&ends) == 0)
        defer { close(ends[1]) }
        #expect(!Descriptor(ends[1]).isReaderGone && !Descriptor(ends[1]).isTerminal)
        close(ends[0])
        #expect(Descriptor(ends[1]).isReaderGone)
    }
}
