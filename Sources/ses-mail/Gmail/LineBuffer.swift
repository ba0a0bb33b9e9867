#if canImport(Glibc)
    internal import Glibc
#endif

/// The lines that standard input has brought.
struct LineBuffer {
    private(set) var hasEnded = false
    private var bytes: [UInt8] = []

    private static let lineLimit = 16 << 10

    mutating func read() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = Glibc.read(0, &buffer, buffer.count)
        if count < 0 && errno == EINTR { return }
        guard count > 0 else {
            hasEnded = true
            // A last line may lack its end.
            if !bytes.isEmpty { bytes.append(UInt8(ascii: "\n")) }
            return
        }
        bytes += buffer[..<count]
        if bytes.count > Self.lineLimit { bytes.removeAll() }
    }

    mutating func nextLine() -> String? {
        guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        let line = String(decoding: bytes[..<end], as: UTF8.self)
        bytes.removeSubrange(...end)
        return line
    }
}
