internal import Glibc

/// An open descriptor of this process, whoever owns and closes it.
package struct Descriptor: Equatable, Sendable {
    package let number: Int32

    package static let standardInput = Descriptor(0)
    package static let standardOutput = Descriptor(1)
    package static let standardError = Descriptor(2)

    package init(_ number: Int32) {
        self.number = number
    }

    /// Closes the descriptor in programs that this process starts.
    func keepFromChildren() {
        _ = fcntl(number, F_SETFD, FD_CLOEXEC)
    }

    package var isTerminal: Bool { isatty(number) == 1 }

    /// Whether the reader of this pipe has gone.
    package var isReaderGone: Bool {
        var pipe = pollfd(fd: number, events: 0, revents: 0)
        return poll(&pipe, 1, 0) > 0 && pipe.revents & Int16(POLLERR) != 0
    }

    /// Reads what there is, or waits for it.
    /// - Returns: the bytes, none at the end; nil if a signal came before.
    package func read(limit: Int) throws(SystemError) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: limit)
        let count = Glibc.read(number, &buffer, limit)
        if count >= 0 { return Array(buffer[..<count]) }
        let error = SystemError.last
        guard error.isPassing else { throw error }
        return nil
    }

    /// Reads to the end.
    /// - Returns: nil if there are more bytes than `limit`.
    package func readToEnd(limit: Int) throws(SystemError) -> [UInt8]? {
        var bytes: [UInt8] = []
        while true {
            guard let more = try read(limit: 1 << 16) else { continue }
            guard bytes.count + more.count <= limit else { return nil }
            if more.isEmpty { return bytes }
            bytes += more
        }
    }

    /// Reads from a place in a file into the beginning of a buffer.
    /// - Returns: the number of bytes, 0 at the end of the file.
    package func read(at offset: Int64, into buffer: inout [UInt8]) throws(SystemError) -> Int {
        while true {
            let count = pread(number, &buffer, buffer.count, off_t(offset))
            if count >= 0 { return count }
            guard errno == EINTR else { throw .last }
        }
    }

    /// Writes all bytes.
    package func write(_ bytes: [UInt8]) throws(SystemError) {
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes {
                Glibc.write(number, $0.baseAddress, $0.count)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw .last }
            written += count
        }
    }
}

extension Descriptor {
    /// Waits until one of the descriptors has bytes to read, or has ended.
    /// - Returns: whether each of them is ready. Nil descriptors are skipped.
    package static func wait(
        toRead descriptors: [Descriptor?], secondsLeft: Double
    ) -> [Bool] {
        var waiting = descriptors.map { descriptor in
            pollfd(fd: descriptor?.number ?? -1, events: Int16(POLLIN), revents: 0)
        }
        let count = poll(&waiting, nfds_t(waiting.count), milliseconds(secondsLeft))
        return waiting.map { count > 0 && $0.revents != 0 }
    }

    enum Direction {
        case reading
        case writing
    }

    /// Waits until the descriptor is ready.
    /// - Parameter deadlineSeconds: on the monotonic clock.
    /// - Returns: false if the time was over before.
    func wait(for direction: Direction, deadlineSeconds: Double) -> Bool {
        let events = Int16(direction == .reading ? POLLIN : POLLOUT)
        while true {
            let secondsLeft = deadlineSeconds - MonotonicClock.seconds()
            guard secondsLeft > 0 else { return false }
            var waiting = pollfd(fd: number, events: events, revents: 0)
            if poll(&waiting, 1, Self.milliseconds(secondsLeft)) > 0 { return true }
        }
    }

    /// A minute at most, after which the caller looks at its clock again.
    private static func milliseconds(_ seconds: Double) -> Int32 {
        Int32(min(max(0, seconds) * 1000 + 1, 60_000))
    }
}
