internal import HTTP

#if canImport(Glibc)
    internal import Glibc
#endif

/// A new file for a secret: never written over another file, and readable by its owner only.
struct SavedFile {
    let path: String

    /// Looks ahead, so that nobody consents in vain.
    func check() throws {
        guard access(path, F_OK) != 0 else { throw taken }
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        guard access(folder, W_OK) == 0 else { throw failure(errno) }
    }

    func write(_ secret: Secret) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw errno == EEXIST ? taken : failure(errno) }
        defer { close(descriptor) }
        let error = TextFile.write(Array(secret.value.utf8), descriptor: descriptor)
        guard error == 0 else { throw failure(error) }
    }

    private var taken: Failure {
        Failure(.failed, "There is a file \(path) already: move it away, or give another --save.")
    }

    private func failure(_ error: Int32) -> Failure {
        Failure(
            .failed, "The file \(path) cannot be written: \(String(cString: strerror(error))).")
    }
}
