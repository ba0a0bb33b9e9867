internal import Process

/// A file of this command's own that a person edits; it is deleted at the end.
final class EditorFile {
    private let path: String

    /// Only its owner may read the file.
    init(_ text: String) throws(Failure) {
        let name = "ses-mail-\(String(UInt64.random(in: 0 ... .max), radix: 36)).json"
        path = "\(Variable.value("TMPDIR") ?? "/tmp")/\(name)"
        do throws(SystemError) {
            try OpenFile(creating: path, readers: .owner).write(Array(text.utf8))
        } catch {
            throw Failure(.failed, "The file \(path) cannot be written: \(error).")
        }
    }

    deinit {
        FileSystem.remove(path)
    }

    /// Waits until the person has ended the editor.
    /// - Returns: the bytes of the file then.
    func edit() throws -> [UInt8] {
        let editor = Variable.value("VISUAL") ?? Variable.value("EDITOR") ?? "vi"
        // The variable may hold options too, which a shell splits as usual.
        let status = ChildProcess.status(of: ["/bin/sh", "-c", "\(editor) \"$1\"", "sh", path])
        guard status == 0 else {
            throw Failure(
                .failed,
                "The editor (\(editor.printable)) failed, and nothing was changed. Set VISUAL or "
                    + "EDITOR to the one that you use.")
        }
        return try TextFile.bytes(path: path)
    }
}
