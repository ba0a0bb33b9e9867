internal import Text

#if canImport(Glibc)
    internal import Glibc
#endif

/// A file that a person wrote.
enum TextFile {
    /// What a sentence about it begins with.
    static func name(path: String) -> String {
        path == "-" ? "Standard input" : "The file \(path)"
    }

    private static let limit = 16 << 20

    /// Its bytes, which are UTF-8, without the mark of the byte order that some editors put first.
    /// - Parameter path: `-` is standard input.
    static func bytes(path: String) throws -> [UInt8] {
        let descriptor = path == "-" ? 0 : open(path, O_RDONLY | O_CLOEXEC)
        defer { if descriptor > 0 { close(descriptor) } }
        let contents = descriptor < 0 ? .failed(errno) : read(descriptor: descriptor, limit: limit)
        let bytes: [UInt8]
        switch contents {
        case .bytes(let all): bytes = all
        case .tooMany:
            throw Failure(.failed, "\(name(path: path)) cannot be read: it is larger than 16 MB.")
        case .failed(let error):
            throw Failure(
                .notFound,
                "\(name(path: path)) cannot be read: \(String(cString: strerror(error))).")
        }
        try checkUTF8(bytes, path: path)
        return bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    }

    /// What is in another encoding would be read with a U+FFFD for each letter that is not ASCII.
    private static func checkUTF8(_ bytes: [UInt8], path: String) throws(Failure) {
        guard let offset = bytes.firstOffsetNotUTF8 else { return }
        let line = bytes[..<offset].count { $0 == UInt8(ascii: "\n") } + 1
        let byte = Hex.encode([bytes[offset]])
        throw Failure(
            .failed,
            "\(name(path: path)) is not UTF-8 text: line \(line) has the byte 0x\(byte), as text "
                + "in Latin-1 or UTF-16 has; save it as UTF-8. Nothing was changed.")
    }

    /// Makes the file, and answers whether there was none.
    static func create(_ bytes: [UInt8], path: String) throws -> Bool {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        if descriptor < 0 && errno == EEXIST { return false }
        defer { if descriptor >= 0 { close(descriptor) } }
        try check(descriptor < 0 ? errno : write(bytes, descriptor: descriptor), path)
        return true
    }

    private static func check(_ error: Int32, _ path: String) throws {
        guard error == 0 else {
            throw Failure(
                .failed,
                "The file \(path) cannot be written: \(String(cString: strerror(error))).")
        }
    }

    /// Writes all bytes; answers the system's error, or 0.
    static func write(_ bytes: [UInt8], descriptor: Int32) -> Int32 {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return errno }
            rest = rest.dropFirst(count)
        }
        return 0
    }

    /// What reading to the end came to.
    enum Contents {
        case bytes([UInt8])
        case tooMany
        /// The system's error.
        case failed(Int32)

        /// Nil where there are not all of them.
        var all: [UInt8]? {
            guard case .bytes(let bytes) = self else { return nil }
            return bytes
        }
    }

    /// All bytes to the end, if there are no more than `limit`.
    static func read(descriptor: Int32, limit: Int) -> Contents {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0 {
                // Whatever comes next may change it.
                let error = errno
                if error == EINTR { continue }
                return .failed(error)
            }
            guard bytes.count + count <= limit else { return .tooMany }
            if count == 0 { return .bytes(bytes) }
            bytes += buffer[..<count]
        }
    }
}

extension [UInt8] {
    /// Where the first byte stands that cannot be there in UTF-8; nil where all is UTF-8.
    fileprivate var firstOffsetNotUTF8: Int? {
        var decoder = Unicode.UTF8.ForwardParser()
        var iterator = makeIterator()
        var offset = 0
        while true {
            switch decoder.parseScalar(from: &iterator) {
            case .valid(let scalar): offset += scalar.count
            case .error: return offset
            case .emptyInput: return nil
            }
        }
    }
}
