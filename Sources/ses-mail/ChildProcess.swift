#if canImport(Glibc)
    internal import Glibc
#endif

/// What does another program print?
enum ChildProcess {
    /// Its standard output, a megabyte at most; nil where there is no such program in `PATH`, or it
    /// failed. Its standard error is ours.
    static func output(of arguments: [String]) -> [UInt8]? {
        if case .printed(let bytes) = run(arguments, standardError: nil) { bytes } else { nil }
    }

    /// How did it end?
    enum Outcome {
        case printed([UInt8])
        case failed(complaint: String)
        /// There is no such program in `PATH`.
        case notThere
    }

    /// As `output`, but for its standard error, which is kept from the terminal.
    static func outcome(of arguments: [String]) -> Outcome {
        guard let complaints = tmpfile() else { return .failed(complaint: "") }
        defer { fclose(complaints) }
        switch run(arguments, standardError: fileno(complaints)) {
        case .failed:
            rewind(complaints)
            let bytes = TextFile.bytes(descriptor: fileno(complaints), limit: 1 << 20) ?? []
            return .failed(complaint: String(decoding: bytes, as: UTF8.self))
        case let outcome: return outcome
        }
    }

    private static func run(_ arguments: [String], standardError: Int32?) -> Outcome {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return .failed(complaint: "") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        if let standardError { posix_spawn_file_actions_adddup2(&actions, standardError, 2) }
        var words = arguments.map { strdup($0) } + [nil]
        var child = pid_t()
        let refusal = posix_spawnp(&child, arguments[0], &actions, nil, &words, environ)
        posix_spawn_file_actions_destroy(&actions)
        for word in words { free(word) }
        close(ends[1])
        defer { close(ends[0]) }
        guard refusal == 0 else { return .notThere }
        let bytes = TextFile.bytes(descriptor: ends[0], limit: 1 << 20)
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 && errno == EINTR {}
        guard status == 0, let bytes else { return .failed(complaint: "") }
        return .printed(bytes)
    }
}

/// What does a file that a person wrote hold?
enum TextFile {
    /// - Parameter path: `-` is standard input.
    static func bytes(path: String) throws -> [UInt8] {
        let descriptor = path == "-" ? 0 : open(path, O_RDONLY | O_CLOEXEC)
        defer { if descriptor > 0 { close(descriptor) } }
        guard descriptor >= 0, let bytes = bytes(descriptor: descriptor, limit: 16 << 20) else {
            throw Failure(
                .notFound, "The file \(path) cannot be read: \(String(cString: strerror(errno))).")
        }
        return bytes
    }

    /// Makes the file, or writes over it.
    static func write(_ bytes: [UInt8], path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        defer { if descriptor >= 0 { close(descriptor) } }
        var rest = bytes[...]
        while descriptor >= 0, !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { break }
            rest = rest.dropFirst(count)
        }
        guard descriptor >= 0, rest.isEmpty else {
            throw Failure(
                .failed,
                "The file \(path) cannot be written: \(String(cString: strerror(errno))).")
        }
    }

    /// All bytes to the end; nil where reading fails or there are more than `limit`.
    static func bytes(descriptor: Int32, limit: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0, bytes.count + count <= limit else { return nil }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
        }
    }
}
