import Foundation
import TestSupport

/// A `ses-mail` that goes on until it is told to end.
final class RunningCommand {
    private let process = Process()
    private let output = Pipe()
    private let folder = FileManager.default.temporaryDirectory
        .appending(path: UUID().uuidString)
    private var text = ""

    init(_ arguments: [String], environment: [String: String], in place: URL? = nil) throws {
        try Data().write(to: folder)
        process.executableURL = Repository.products.appending(path: "ses-mail")
        process.arguments = arguments
        process.environment = environment
        process.currentDirectoryURL = place
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: folder)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        // Its end is closed here, so that ours ends when it does.
        try output.fileHandleForWriting.close()
    }

    deinit {
        if process.isRunning { process.terminate() }
        unlink(folder.path)
    }

    /// All that it has printed, once that holds this; nil where it ended before.
    func output(with part: String) -> String? {
        while !text.contains(part) {
            let data = output.fileHandleForReading.availableData
            if data.isEmpty { return nil }
            text += String(decoding: data, as: UTF8.self)
        }
        return text
    }

    /// All that it has printed when its output ends.
    func wholeOutput() -> String {
        text += String(
            decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        return text
    }

    /// As a reader that has seen enough.
    func stopReading() throws {
        try output.fileHandleForReading.close()
    }

    /// As Ctrl-C does.
    func interrupt() {
        process.interrupt()
    }

    /// The status that it ended with, and what it complained of. One that does not end is killed.
    func end() throws -> (status: Int32, complaint: String) {
        let pid = process.processIdentifier
        let timer = DispatchSource.makeTimerSource(queue: .global())
        timer.schedule(deadline: .now() + 60)
        timer.setEventHandler { kill(pid, SIGKILL) }
        timer.resume()
        process.waitUntilExit()
        timer.cancel()
        return (process.terminationStatus, try String(contentsOf: folder, encoding: .utf8))
    }
}
