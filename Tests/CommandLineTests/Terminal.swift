import Foundation
import TestSupport

/// A terminal of the test's own, at which a command runs.
final class Terminal {
    private let ours: Int32
    private let process = Process()

    /// - Parameters:
    ///   - isAsked: whether the command reads from the terminal too, and not its input.
    ///   - isShown: whether it prints its answer there.
    ///   - more: variables beside those of every command.
    init(
        _ command: EveryCommand, at url: String, isAsked: Bool = false, isShown: Bool = false,
        more: [String: String] = [:]
    ) throws {
        var (ours, theirs): (Int32, Int32) = (-1, -1)
        guard openpty(&ours, &theirs, nil, nil, nil) == 0 else { throw POSIXError(.ENOTTY) }
        self.ours = ours
        let place = FileHandle(fileDescriptor: theirs)
        let input = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try Data(command.input.utf8).write(to: input)
        defer { unlink(input.path) }
        process.executableURL = Repository.products.appending(path: "ses-mail")
        process.arguments = command.arguments + ["--env", "test"]
        process.environment = ConventionTests.keys.merging([
            "AWS_ENDPOINT_URL": url, "PATH": "/usr/bin:/bin",
        ]) { $1 }.merging(more) { $1 }
        process.standardOutput = isShown ? place : FileHandle.nullDevice
        process.standardError = place
        process.standardInput = isAsked ? place : try FileHandle(forReadingFrom: input)
        try process.run()
        close(theirs)
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        close(ours)
    }

    /// What it ended with.
    var status: Int32 { process.terminationStatus }

    func type(_ text: String) {
        // A terminal that cannot be written to is seen in what is read from it.
        _ = text.withCString { write(ours, $0, strlen($0)) }
    }

    /// The next whole line.
    func line() -> String { text(with: "\n") }

    /// What is written until this text has been, or until nothing comes for a long time.
    func text(with end: String) -> String {
        var bytes: [UInt8] = []
        // "\r\n" is one Character, whose end is not "\n".
        while !bytes.suffix(end.utf8.count).elementsEqual(end.utf8), let byte = read() {
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// What is still written until the command has ended.
    func end() -> String {
        var bytes: [UInt8] = []
        while let byte = read() { bytes.append(byte) }
        process.waitUntilExit()
        return String(decoding: bytes, as: UTF8.self)
    }

    /// One byte, so that nothing is taken of what comes after; none where the other side of the
    /// terminal is closed.
    private func read() -> UInt8? {
        var waiting = pollfd(fd: ours, events: Int16(POLLIN), revents: 0)
        var byte: UInt8 = 0
        guard poll(&waiting, 1, Terminal.longestMilliseconds) == 1,
            Foundation.read(ours, &byte, 1) == 1
        else { return nil }
        return byte
    }

    /// After this a command is taken for one that says nothing.
    private static let longestMilliseconds: Int32 = 60_000
}
