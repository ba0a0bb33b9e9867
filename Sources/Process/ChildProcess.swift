internal import Glibc

/// Another program and its output.
package final class ChildProcess {
    /// The way in which a program ended.
    package enum Ending {
        /// It succeeded, with this standard output.
        case printed([UInt8])
        /// It failed, with this standard error, which is kept from the terminal.
        case failed(complaint: String)
        /// There is no such program in `PATH`.
        case notThere
    }

    private let complaints: OpenFile
    private var reader: Int32
    private var child: pid_t?

    private static let outputLimit = 1 << 20

    /// Starts a program. One that prints more than a megabyte is ended, and has failed.
    /// - Parameters:
    ///   - arguments: its name, which is looked for in `PATH`, and its arguments.
    ///   - variables: its environment.
    package init(_ arguments: [String], variables: [String: String]) throws(SystemError) {
        complaints = try OpenFile.temporary()
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw .last }
        for end in ends { Descriptor(end).keepFromChildren() }
        let (output, complaint) = (ends[1], complaints.descriptor.number)
        reader = ends[0]
        child = Self.spawn(arguments, variables) { actions in
            posix_spawn_file_actions_adddup2(&actions, output, 1)
            posix_spawn_file_actions_adddup2(&actions, complaint, 2)
        }
        close(output)
    }

    deinit {
        end(kills: true)
    }

    /// Runs a program to its end.
    package static func ending(
        of arguments: [String], variables: [String: String]
    ) -> Ending {
        do {
            return try ChildProcess(arguments, variables: variables).ending()
        } catch {
            return .failed(complaint: "\(error)")
        }
    }

    /// Waits until the program has ended.
    package func ending() -> Ending {
        guard child != nil else { return .notThere }
        // An output that cannot be read counts as one that is too long.
        let bytes = (try? Descriptor(reader).readToEnd(limit: Self.outputLimit)) ?? nil
        let status = end(kills: bytes == nil)
        guard let bytes else { return .failed(complaint: "it printed more than a megabyte") }
        if status == 0 { return .printed(bytes) }
        // The failure is shown even if its reason cannot be read.
        let words = (try? complaints.contents(limit: Self.outputLimit)) ?? nil
        return .failed(complaint: String(decoding: words ?? [], as: UTF8.self))
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
}

extension ChildProcess {
    /// Starts a program that runs by itself: our Ctrl-C does not end it, and it has neither our
    /// input nor our output. False if there is no such program in `PATH`.
    package static func start(_ arguments: [String]) -> Bool {
        let child = spawn(arguments, Environment.variables, flags: POSIX_SPAWN_SETPGROUP) {
            posix_spawn_file_actions_addopen(&$0, 0, "/dev/null", O_RDONLY, 0)
            posix_spawn_file_actions_addopen(&$0, 1, "/dev/null", O_WRONLY, 0)
            posix_spawn_file_actions_addopen(&$0, 2, "/dev/null", O_WRONLY, 0)
        }
        return child != nil
    }

    /// Runs a program with this process's input, output and terminal, and waits for its end.
    /// - Returns: its exit status; nil where it was not started, or a signal ended it.
    package static func status(of arguments: [String]) -> Int32? {
        guard let child = spawn(arguments, Environment.variables, redirect: { _ in }) else {
            return nil
        }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 && errno == EINTR {}
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : nil
    }

    /// - Parameter redirect: gives the child its standard descriptors.
    private static func spawn(
        _ arguments: [String], _ variables: [String: String], flags: Int32 = 0,
        redirect: (inout posix_spawn_file_actions_t) -> Void
    ) -> pid_t? {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        redirect(&actions)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Lets SIGPIPE end the program, as usual; we ourselves ignore it.
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | flags))
        var words = arguments.map { strdup($0) } + [nil]
        var entries = variables.map { strdup("\($0)=\($1)") } + [nil]
        defer { for text in words + entries { free(text) } }
        var child = pid_t()
        let status = posix_spawnp(&child, arguments[0], &actions, &attributes, &words, &entries)
        return status == 0 ? child : nil
    }
}
