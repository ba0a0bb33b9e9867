#if canImport(Glibc)
    internal import Glibc
#endif

/// Another program, and what it prints.
final class ChildProcess {
    enum Outcome {
        /// With its standard output.
        case printed([UInt8])
        /// With its standard error, which is kept from the terminal.
        case failed(complaint: String)
        /// There is no such program in `PATH`.
        case notThere
    }

    private let complaints = tmpfile()
    private var reader: Int32 = -1
    private var child: pid_t?

    /// Starts a program. It prints a megabyte at most; one that prints more is ended, and has
    /// failed.
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
        // One that is not done printing would wait for a reader for ever.
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

    /// A program ends with whoever reads its output, as usual, although we ourselves go on then.
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
