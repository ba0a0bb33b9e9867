#if canImport(Glibc)
    internal import Glibc
#endif

/// The browser of the person at this machine.
enum Browser {
    /// Whether a program was started that shows it; false on a machine without a display.
    static func open(_ url: String) -> Bool {
        #if os(macOS)
            return ChildProcess.start(["open", url])
        #else
            let hasDisplay = ["DISPLAY", "WAYLAND_DISPLAY"].contains { Variable.value($0) != nil }
            return hasDisplay && ChildProcess.start(["xdg-open", url])
        #endif
    }
}

extension ChildProcess {
    /// Starts a program that goes on by itself: our Ctrl-C does not end it, and it has neither our
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
