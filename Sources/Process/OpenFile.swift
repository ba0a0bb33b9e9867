internal import Glibc

/// An open file, closed with its owner.
package struct OpenFile: ~Copyable {
    /// Valid while this object lives: keep it in a variable as long as the descriptor is used.
    package let descriptor: Descriptor

    private init(_ opened: Int32) throws(SystemError) {
        guard opened >= 0 else { throw .last }
        descriptor = Descriptor(opened)
    }

    deinit {
        close(descriptor.number)
    }

    /// A file that exists, for reading.
    package init(reading path: String) throws(SystemError) {
        try self.init(open(path, O_RDONLY | O_CLOEXEC))
    }

    /// The users of this machine that may read a new file.
    package enum Readers: UInt32 {
        case everybody = 0o644
        case owner = 0o600
    }

    /// A new file, for reading and writing; an existing one is an error.
    package init(creating path: String, readers: Readers) throws(SystemError) {
        try self.init(open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, readers.rawValue))
    }

    /// A file without a name, for reading and writing. It is gone when it is closed, even where the
    /// process is killed.
    package static func temporary() throws(SystemError) -> OpenFile {
        var path = Array("/tmp/ses-mail-XXXXXX".utf8CString)
        let file = try OpenFile(mkstemp(&path))
        unlink(path)
        file.descriptor.keepFromChildren()
        return file
    }

    /// The size in bytes.
    package var count: Int64 {
        get throws(SystemError) {
            var status = stat()
            guard fstat(descriptor.number, &status) == 0 else { throw .last }
            return Int64(status.st_size)
        }
    }

    package func write(_ bytes: [UInt8]) throws(SystemError) {
        try descriptor.write(bytes)
    }

    /// The bytes from the beginning to the end; nil if there are more than `limit`.
    package func contents(limit: Int) throws(SystemError) -> [UInt8]? {
        guard lseek(descriptor.number, 0, SEEK_SET) == 0 else { throw .last }
        return try descriptor.readToEnd(limit: limit)
    }
}

/// The names of files.
package enum FileSystem {
    package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Whether the system says that there is no such file; not where it may not look.
    package static func isMissing(_ path: String) -> Bool {
        access(path, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR)
    }

    package static func isReadable(_ path: String) -> Bool { access(path, R_OK) == 0 }

    /// Checks that the file can be changed, or that the folder can get new files.
    package static func checkWritable(_ path: String) throws(SystemError) {
        guard access(path, W_OK) == 0 else { throw .last }
    }

    /// The absolute path without symbolic links; nil if there is no such file.
    package static func canonicalPath(_ path: String) -> String? {
        guard let place = realpath(path, nil) else { return nil }
        defer { free(place) }
        return String(cString: place)
    }

    /// The folder that the path's file is in.
    package static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    }

    /// Makes the folder and those above it, for their owner only. Existing ones stay.
    package static func makeFolders(_ path: String) throws(SystemError) {
        var end = path.startIndex
        while end < path.endIndex {
            let next = path.index(after: end)
            end = path[next...].firstIndex(of: "/") ?? path.endIndex
            guard mkdir(String(path[..<end]), 0o700) == 0 || errno == EEXIST else { throw .last }
        }
    }

    /// Writes a whole file in one step: a reader sees the old file or the new one. A file behind a
    /// symbolic link is replaced there.
    package static func replace(_ path: String, by bytes: [UInt8]) throws(SystemError) {
        let place = canonicalPath(path) ?? path
        let draft = "\(place).new"
        unlink(draft)
        try OpenFile(creating: draft, readers: .everybody).write(bytes)
        guard rename(draft, place) == 0 else { throw .last }
    }

    package static func remove(_ path: String) {
        unlink(path)
    }
}
