internal import Glibc

/// Threads of the process, for calls that block.
package enum Threads {
    /// Runs all bodies at the same time, the first by the calling thread, and waits for their end.
    /// If a thread cannot be started, the others have to do its work.
    package static func run(_ bodies: [() -> Void]) {
        var threads: [pthread_t] = []
        for body in bodies.dropFirst() {
            let body = Unmanaged.passRetained(Body(body))
            var thread = pthread_t()
            let error = pthread_create(
                &thread, nil,
                { pointer in
                    if let pointer {
                        Unmanaged<Body>.fromOpaque(pointer).takeRetainedValue().run()
                    }
                    return nil
                }, body.toOpaque())
            if error == 0 { threads.append(thread) } else { body.release() }
        }
        bodies.first?()
        for thread in threads { pthread_join(thread, nil) }
    }

    private final class Body {
        let run: () -> Void

        init(_ run: @escaping () -> Void) {
            self.run = run
        }
    }
}
