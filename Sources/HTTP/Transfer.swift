internal import CCurl

#if canImport(Glibc)
    internal import Glibc
#endif

/// One exchange while it runs: libcurl calls back into it for the bytes to send and with the
/// bytes received.
final class Transfer {
    let sendsBody: Bool
    private(set) var status = 0
    private(set) var headers = HTTPHeaders()
    private(set) var body: [UInt8] = []
    /// Set when a callback stopped the exchange; explains libcurl's "aborted".
    private(set) var failure: Failure?

    enum Failure {
        case bodyTooLarge
        case fileFailed(String)
    }

    private let parts: [HTTPBody.Part]
    private let destination: ResponseBody
    private var sentCount: Int64 = 0
    private var fileCount: Int64 = 0

    init(_ request: HTTPRequest) {
        parts = request.body.parts
        // A POST or PUT without a body still says `Content-Length: 0`.
        sendsBody = request.method == .post || request.method == .put
        destination = request.responseBody
    }

    /// Empties the response file, so that a repeated request leaves nothing of the one before.
    func truncateFile() -> Bool {
        guard case .file(let descriptor, _) = destination else { return true }
        return ftruncate(descriptor, 0) == 0
    }

    // MARK: what libcurl calls

    static let receiveHeader: sesmail_transfer = { bytes, size, count, context in
        guard let bytes, let context else { return 0 }
        let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
        Transfer.from(context).receive(headerLine: line)
        return size * count
    }

    static let receiveBody: sesmail_transfer = { bytes, size, count, context in
        guard let bytes, let context else { return 0 }
        let chunk = UnsafeRawBufferPointer(start: bytes, count: size * count)
        return Transfer.from(context).receive(chunk) ? chunk.count : 0
    }

    static let sendBody: sesmail_transfer = { bytes, size, count, context in
        guard let bytes, let context else { return Int(CURL_READFUNC_ABORT) }
        let space = UnsafeMutableRawBufferPointer(start: bytes, count: size * count)
        return Transfer.from(context).fill(space) ?? Int(CURL_READFUNC_ABORT)
    }

    static let rewindBody: sesmail_seek = { context, offset, origin in
        guard let context, origin == SEEK_SET else { return CURL_SEEKFUNC_FAIL }
        Transfer.from(context).sentCount = Int64(offset)
        return CURL_SEEKFUNC_OK
    }

    private static func from(_ context: UnsafeMutableRawPointer) -> Transfer {
        Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    }

    // MARK: receiving

    private func receive(headerLine line: UnsafeRawBufferPointer) {
        if line.starts(with: "HTTP/".utf8) {
            // A status line begins anew: what came before was 1xx.
            headers = HTTPHeaders(capacity: 12)
            let code = line.drop { $0 != UInt8(ascii: " ") }.dropFirst().prefix(3)
            status = Int(String(decoding: code, as: UTF8.self)) ?? 0
            return
        }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return }
        let isVisible = { (byte: UInt8) in byte > UInt8(ascii: " ") }
        let value = line[(colon + 1)...]
        let start = value.firstIndex(where: isVisible) ?? value.endIndex
        let end = value.lastIndex(where: isVisible).map { $0 + 1 } ?? start
        headers.add(
            String(decoding: line[..<colon], as: UTF8.self),
            String(decoding: line[start..<end], as: UTF8.self))
    }

    private func receive(_ chunk: UnsafeRawBufferPointer) -> Bool {
        switch destination {
        case .file(let descriptor, let limit) where (200..<300).contains(status):
            guard fileCount + Int64(chunk.count) <= limit else { return fail(.bodyTooLarge) }
            return write(chunk, to: descriptor)
        case .file:
            return keep(chunk, limit: Transfer.errorBodyLimit)
        case .memory(let limit):
            return keep(chunk, limit: limit)
        }
    }

    /// An error's text is read by people: more than this is not worth memory.
    private static let errorBodyLimit = 1 << 20

    private func keep(_ chunk: UnsafeRawBufferPointer, limit: Int) -> Bool {
        guard body.count + chunk.count <= limit else { return fail(.bodyTooLarge) }
        body.append(contentsOf: chunk)
        return true
    }

    private func write(_ chunk: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
        var rest = chunk[...]
        while !rest.isEmpty {
            let written = pwrite(
                descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count,
                off_t(fileCount))
            if written < 0 && errno == EINTR { continue }
            guard written > 0 else { return fail(.fileFailed("errno \(errno) on writing")) }
            fileCount += Int64(written)
            rest = rest.dropFirst(written)
        }
        return true
    }

    // MARK: sending

    /// Whether libcurl has taken a byte of the body, and may have sent it.
    var hasBegunBody: Bool { sentCount > 0 }

    /// Copies the next bytes of the body, of as many parts as there is space for: what libcurl gets
    /// at once leaves in one packet. 0 at the end, nil when a file could not be read.
    private func fill(_ space: UnsafeMutableRawBufferPointer) -> Int? {
        var filled = 0
        var partStart: Int64 = 0
        for part in parts {
            let within = sentCount - partStart
            partStart += part.count
            guard within < part.count, filled < space.count else { continue }
            let wanted = Int(min(Int64(space.count - filled), part.count - within))
            let rest = UnsafeMutableRawBufferPointer(rebasing: space[filled...])
            guard let copied = copy(part, from: within, count: wanted, to: rest) else {
                return nil
            }
            sentCount += Int64(copied)
            filled += copied
            // A short read of a file: the rest of this part comes first.
            guard copied == wanted else { break }
        }
        return filled
    }

    private func copy(
        _ part: HTTPBody.Part, from offset: Int64, count: Int,
        to space: UnsafeMutableRawBufferPointer
    ) -> Int? {
        switch part {
        case .bytes(let bytes):
            bytes.withUnsafeBytes {
                space.copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: $0[Int(offset)..<Int(offset) + count]))
            }
            return count
        case .file(let descriptor, let start, _):
            let copied = pread(descriptor, space.baseAddress, count, off_t(start + offset))
            if copied < 0 && errno == EINTR {
                return copy(part, from: offset, count: count, to: space)
            }
            guard copied > 0 else {
                _ = fail(
                    .fileFailed(copied == 0 ? "it is shorter than announced" : "errno \(errno)"))
                return nil
            }
            return copied
        }
    }

    private func fail(_ reason: Failure) -> Bool {
        failure = reason
        return false
    }
}
