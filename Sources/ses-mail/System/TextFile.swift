internal import HTTP

#if canImport(Glibc)
    internal import Glibc
#endif

/// A file that a person wrote.
enum TextFile {
    /// The beginning of a sentence about the file.
    static func name(path: String) -> String {
        path == "-" ? "Standard input" : "The file \(path)"
    }

    private static let limit = 16 << 20

    /// Its bytes, which are UTF-8, without the byte order mark that some editors write first.
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

    /// Refuses other encodings: each letter that is not ASCII would be read as U+FFFD.
    private static func checkUTF8(_ bytes: [UInt8], path: String) throws(Failure) {
        guard let offset = bytes.firstOffsetNotUTF8 else { return }
        let line = bytes[..<offset].count { $0 == UInt8(ascii: "\n") } + 1
        let byte = String(bytes[offset], radix: 16, uppercase: true)
        throw Failure(
            .failed,
            "\(name(path: path)) is not UTF-8 text: line \(line) has the byte 0x\(byte), as in "
                + "Latin-1 or UTF-16. Nothing was changed. Save the file as UTF-8.")
    }

    /// Makes the file; false where it exists already.
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

    /// Writes all bytes; returns the system's error, or 0.
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

    /// The result of reading to the end.
    enum Contents {
        case bytes([UInt8])
        case tooMany
        /// The system's error.
        case failed(Int32)

        /// nil where they could not all be read.
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
                // Before another call changes it.
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
    /// The offset of the first byte that is not UTF-8; nil where all is UTF-8.
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

/// A new file for a secret: never written over another file, and readable by its owner only.
struct SavedFile {
    let path: String

    /// Checks that the file can be written, before a person consents in vain.
    func check() throws {
        guard access(path, F_OK) != 0 else { throw taken }
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        guard access(folder, W_OK) == 0 else { throw failure(errno) }
    }

    func write(_ secret: Secret) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw errno == EEXIST ? taken : failure(errno) }
        defer { close(descriptor) }
        let error = TextFile.write(Array(secret.value.utf8), descriptor: descriptor)
        guard error == 0 else { throw failure(error) }
    }

    private var taken: Failure {
        Failure(.failed, "The file \(path) exists already: move it away, or give another --save.")
    }

    private func failure(_ error: Int32) -> Failure {
        Failure(
            .failed, "The file \(path) cannot be written: \(String(cString: strerror(error))).")
    }
}
