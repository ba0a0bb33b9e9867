#if canImport(Glibc)
    internal import Glibc
#endif

/// Another program and its output.
final class ChildProcess {
    enum Outcome {
        /// The standard output.
        case printed([UInt8])
        /// The standard error, which is kept from the terminal.
        case failed(complaint: String)
        /// There is no such program in `PATH`.
        case notThere
    }

    private let complaints = tmpfile()
    private var reader: Int32 = -1
    private var child: pid_t?

    /// Starts a program. One that prints more than a megabyte is ended, and has failed.
    init(_ arguments: [String]) {
        var ends: [Int32] = [-1, -1]
        guard let complaints, pipe(&ends) == 0 else { return }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        posix_spawn_file_actions_adddup2(&actions, fileno(complaints), 2)
        var attributes = Self.usualSignals()
        defer { posix_spawnattr_destroy(&attributes) }
        var words = arguments.map { strdup($0) } + [nil]
        var child = pid_t()
        let refusal = Self.withEnvironment {
            posix_spawnp(&child, arguments[0], &actions, &attributes, &words, $0)
        }
        posix_spawn_file_actions_destroy(&actions)
        for word in words { free(word) }
        close(ends[1])
        reader = ends[0]
        self.child = refusal == 0 ? child : nil
    }

    deinit {
        end(kills: true)
        if let complaints { fclose(complaints) }
    }

    static func outcome(of arguments: [String]) -> Outcome { ChildProcess(arguments).outcome() }

    /// Waits until it has ended.
    func outcome() -> Outcome {
        guard let complaints else { return .failed(complaint: "") }
        guard child != nil else { return .notThere }
        let bytes = TextFile.read(descriptor: reader, limit: Self.outputLimit).all
        let status = end(kills: bytes == nil)
        guard let bytes else { return .failed(complaint: "it printed more than a megabyte") }
        if status == 0 { return .printed(bytes) }
        rewind(complaints)
        let words = TextFile.read(descriptor: fileno(complaints), limit: Self.outputLimit).all ?? []
        return .failed(complaint: String(decoding: words, as: UTF8.self))
    }

    @discardableResult
    private func end(kills: Bool) -> Int32 {
        // A program that still prints would wait for a reader for ever.
        if reader >= 0 { close(reader) }
        reader = -1
        guard let child else { return 0 }
        self.child = nil
        if kills { kill(child, SIGKILL) }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 && errno == EINTR {}
        return status
    }

    private static let outputLimit = 1 << 20

    /// Lets SIGPIPE end the program, as usual; we ourselves ignore it.
    static func usualSignals(flags: Int32 = 0) -> posix_spawnattr_t {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | flags))
        return attributes
    }

    /// Passes this process's variables without AWS's empty ones. Those count as unset here, but the
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
            // The array holds at least its end.
            buffer.baseAddress.map(body) ?? body(environ)
        }
    }
}

extension ChildProcess {
    /// Starts a program that runs by itself: our Ctrl-C does not end it, and it has neither our
    /// input nor our output. False where there is no such program in `PATH`.
    static func start(_ arguments: [String]) -> Bool {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var attributes = usualSignals(flags: POSIX_SPAWN_SETPGROUP)
        defer { posix_spawnattr_destroy(&attributes) }
        var words = arguments.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var child = pid_t()
        return posix_spawnp(&child, arguments[0], &actions, &attributes, &words, environ) == 0
    }
}
