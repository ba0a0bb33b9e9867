package import Foundation

/// A temporary folder of one test, which is removed with this object.
package final class ScratchFolder {
    package let url: URL

    package init() throws {
        url = FileManager.default.temporaryDirectory
            .appending(path: UUID().uuidString).resolvingSymlinksInPath()
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        // What is left behind is in the system's own temporary folder.
        try? FileManager.default.removeItem(at: url)
    }

    package func path(_ name: String) -> String { url.appending(path: name).path }

    /// Writes a file, and the folders above it, and returns its path.
    @discardableResult
    package func file(_ name: String, _ text: String) throws -> String {
        let file = try place(name)
        try Data(text.utf8).write(to: file)
        return file.path
    }

    /// Writes an executable script and returns its path.
    ///
    /// Another process writes it. A program that this process has open for writing cannot be
    /// started ("Text file busy") while a child that another test forked in that moment still holds
    /// the descriptor.
    @discardableResult
    package func program(_ name: String, _ script: String) throws -> String {
        let path = try place(name).path
        try write(#"printf %s "$2" >"$1" && chmod 755 "$1""#, path, script)
        return path
    }

    /// Copies an executable, in another process too, and returns the copy.
    package func copy(_ program: URL) throws -> URL {
        let copy = url.appending(path: program.lastPathComponent)
        try write(#"cp -p "$2" "$1""#, copy.path, program.path)
        return copy
    }

    private func place(_ name: String) throws -> URL {
        let file = url.appending(path: name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        return file
    }

    private func write(_ line: String, _ path: String, _ argument: String) throws {
        let run = try ProgramRun(
            URL(filePath: "/bin/sh"), ["-c", line, "sh", path, argument],
            environment: ["PATH": "/usr/bin:/bin"])
        guard run.status == 0 else { throw CocoaError(.fileWriteUnknown) }
    }
}
