#if canImport(Glibc)
    internal import Glibc
#endif

/// What another program prints.
enum ChildProcess {
    /// How it ended.
    enum Outcome {
        /// With its standard output.
        case printed([UInt8])
        /// With its standard error, which is kept from the terminal.
        case failed(complaint: String)
        /// There is no such program in `PATH`.
        case notThere
    }

    /// What it prints is a megabyte at most; what prints more is ended, and has failed.
    static func outcome(of arguments: [String]) -> Outcome {
        guard let complaints = tmpfile() else { return .failed(complaint: "") }
        defer { fclose(complaints) }
        switch run(arguments, standardError: fileno(complaints)) {
        case .failed(let reason) where reason.isEmpty:
            rewind(complaints)
            let bytes = TextFile.bytes(descriptor: fileno(complaints), limit: outputLimit) ?? []
            return .failed(complaint: String(decoding: bytes, as: UTF8.self))
        case let outcome: return outcome
        }
    }

    private static let outputLimit = 1 << 20

    private static func run(_ arguments: [String], standardError: Int32) -> Outcome {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return .failed(complaint: "") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        posix_spawn_file_actions_adddup2(&actions, standardError, 2)
        var words = arguments.map { strdup($0) } + [nil]
        var child = pid_t()
        let refusal = withEnvironment {
            posix_spawnp(&child, arguments[0], &actions, nil, &words, $0)
        }
        posix_spawn_file_actions_destroy(&actions)
        for word in words { free(word) }
        close(ends[1])
        guard refusal == 0 else {
            close(ends[0])
            return .notThere
        }
        let bytes = TextFile.bytes(descriptor: ends[0], limit: outputLimit)
        // One that is not done printing would wait for a reader for ever.
        close(ends[0])
        if bytes == nil { kill(child, SIGKILL) }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 && errno == EINTR {}
        guard let bytes else { return .failed(complaint: "it printed more than a megabyte") }
        return status == 0 ? .printed(bytes) : .failed(complaint: "")
    }

    /// Lends this process's variables without AWS's empty ones: here those count as unset, and the
    /// AWS CLI would look for a profile without a name.
    private static func withEnvironment<Result>(
        _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        var entries: [UnsafeMutablePointer<CChar>?] = []
        var next = environ
        while let entry = next.pointee {
            next += 1
            let sides = String(cString: entry).split(separator: "=", maxSplits: 1)
            if sides.count == 1 && sides[0].hasPrefix("AWS_") { continue }
            entries.append(entry)
        }
        entries.append(nil)
        return entries.withUnsafeMutableBufferPointer { buffer in
            // It holds the end at least.
            buffer.baseAddress.map(body) ?? body(environ)
        }
    }
}
