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
