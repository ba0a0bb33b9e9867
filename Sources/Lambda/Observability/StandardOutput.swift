#if canImport(Glibc)
    internal import Glibc
#endif

/// Writes whole lines to descriptor 1 at once: `print` would keep them in a buffer that a frozen
/// sandbox never flushes.
package enum StandardOutput {
    @Sendable package static func write(line: String) {
        let bytes = Array("\(line)\n".utf8)
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes {
                Glibc.write(1, $0.baseAddress, $0.count)
            }
            if count < 0 && errno == EINTR { continue }
            // There is nowhere to report that the log is gone.
            guard count > 0 else { return }
            written += count
        }
    }
}
