package import Foundation

/// The files of the repository that the tests look at.
package enum Repository {
    package static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The folder of published test data, where there is one.
    package static let testData: URL? =
        ProcessInfo.processInfo.environment["SES_MAIL_TEST_DATA"].flatMap { path in
            path.isEmpty ? nil : URL(filePath: path, relativeTo: root)
        }

    /// The folder in which the executables under test were built, beside this test's own bundle.
    package static let products: URL = URL(
        filePath: CommandLine.arguments.first ?? "", relativeTo: root
    ).deletingLastPathComponent()

    package static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }
}

/// The outcome of a program that was run to its end.
package struct ProgramRun: Sendable {
    package let status: Int32
    package let output: String

    /// Runs a program with these variables alone; its standard error is that of the test.
    package init(
        _ program: URL, _ arguments: [String] = [], environment: [String: String] = [:],
        folder: URL? = nil, input: String = ""
    ) throws {
        let inputFile = FileManager.default.temporaryDirectory
            .appending(path: UUID().uuidString)
        try Data(input.utf8).write(to: inputFile)
        defer { unlink(inputFile.path) }
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        process.environment = environment
        process.currentDirectoryURL = folder
        process.standardInput = try FileHandle(forReadingFrom: inputFile)
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        status = process.terminationStatus
        output = String(decoding: bytes, as: UTF8.self)
    }
}

/// An open file without a name, for what goes to disk.
package final class ScratchFile {
    package let descriptor: Int32

    package init(_ content: [UInt8] = []) {
        var path = Array("/tmp/ses-mail-test-XXXXXX".utf8CString)
        descriptor = mkstemp(&path)
        unlink(path)
        pwrite(descriptor, content, content.count, 0)
    }

    deinit {
        close(descriptor)
    }

    package var content: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 64 << 20)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        return Array(bytes[..<max(0, count)])
    }
}
