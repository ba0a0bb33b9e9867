internal import Synchronization

/// Writes whole lines to descriptor 1 at once: `print` would keep them in a buffer that a frozen
/// sandbox never flushes.
package final class StandardOutput: Sendable {
    private let descriptor: Descriptor
    /// The lines that wait for the end of `inOneWrite`; nil outside it.
    private let waiting = Mutex<[UInt8]?>(nil)

    package init(descriptor: Int32 = 1) {
        self.descriptor = Descriptor(descriptor)
    }

    @Sendable package func write(line: String) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(line.utf8.count + 1)
        bytes += line.utf8
        bytes.append(UInt8(ascii: "\n"))
        let isWaiting = waiting.withLock { waiting in
            waiting?.append(contentsOf: bytes)
            return waiting != nil
        }
        if !isWaiting { write(bytes) }
    }

    /// Writes the lines of `body` with one system call.
    package func inOneWrite(_ body: () -> Void) {
        waiting.withLock { $0 = [] }
        body()
        let lines = waiting.withLock { waiting in
            defer { waiting = nil }
            return waiting ?? []
        }
        write(lines)
    }

    private func write(_ bytes: [UInt8]) {
        // There is nowhere to report that the log is gone.
        try? descriptor.write(bytes)
    }
}
