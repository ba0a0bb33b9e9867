internal import HTTP
internal import Process

/// A file that a person wrote.
enum TextFile {
    /// The beginning of a sentence about the file.
    static func name(path: String) -> String {
        path == "-" ? "Standard input" : "The file \(path)"
    }

    private static let limit = 16 << 20

    /// Reads the file, which must be UTF-8, without the byte order mark that some editors write
    /// first.
    /// - Parameter path: `-` is standard input.
    static func bytes(path: String) throws -> [UInt8] {
        guard let bytes = try contents(path) else {
            throw Failure(.failed, "\(name(path: path)) cannot be read: it is larger than 16 MB.")
        }
        try checkUTF8(bytes, path: path)
        return bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    }

    /// The bytes of the file, or of standard input; nil if there are too many.
    private static func contents(_ path: String) throws(Failure) -> [UInt8]? {
        do throws(SystemError) {
            return path == "-"
                ? try Descriptor.standardInput.readToEnd(limit: limit)
                : try OpenFile(reading: path).contents(limit: limit)
        } catch {
            throw Failure(.notFound, "\(name(path: path)) cannot be read: \(error).")
        }
    }

    /// The first bytes of a file, in any encoding.
    /// - Parameter path: `-` is standard input.
    static func beginning(path: String, limit: Int) throws(Failure) -> [UInt8] {
        do throws(SystemError) {
            if path == "-" { return try Descriptor.standardInput.beginning(limit: limit) }
            let file = try OpenFile(reading: path)
            return try file.descriptor.beginning(limit: limit)
        } catch {
            throw Failure(.notFound, "\(name(path: path)) cannot be read: \(error).")
        }
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

    /// Makes the file; false if it exists already.
    static func create(_ bytes: [UInt8], path: String) throws(Failure) -> Bool {
        do throws(SystemError) {
            try OpenFile(creating: path, readers: .everybody).write(bytes)
            return true
        } catch {
            if error.isExistingFile { return false }
            throw Failure(.failed, "The file \(path) cannot be written: \(error).")
        }
    }
}

extension Descriptor {
    /// As many bytes as there are, up to `limit`.
    fileprivate func beginning(limit: Int) throws(SystemError) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < limit {
            guard let more = try read(limit: limit - bytes.count) else { continue }
            if more.isEmpty { break }
            bytes += more
        }
        return bytes
    }
}

extension [UInt8] {
    /// The offset of the first byte that is not UTF-8; nil if all is UTF-8.
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
    func check() throws(Failure) {
        guard !FileSystem.exists(path) else { throw taken }
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        do throws(SystemError) {
            try FileSystem.checkWritable(folder)
        } catch {
            throw failure(error)
        }
    }

    func write(_ secret: Secret) throws(Failure) {
        do throws(SystemError) {
            try OpenFile(creating: path, readers: .owner).write(Array(secret.value.utf8))
        } catch {
            throw error.isExistingFile ? taken : failure(error)
        }
    }

    private var taken: Failure {
        Failure(.failed, "The file \(path) exists already: move it away, or give another --save.")
    }

    private func failure(_ error: SystemError) -> Failure {
        Failure(.failed, "The file \(path) cannot be written: \(error).")
    }
}
