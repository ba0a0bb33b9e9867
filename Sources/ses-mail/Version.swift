#if canImport(Glibc)
    internal import Glibc
#endif

/// The version of this program: what `git describe` said of the sources when it was built.
enum Version {
    /// From the file that scripts/ses-mail writes beside the program: a line with the hash of the
    /// sources, then the version.
    static var text: String {
        var path = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &path, path.count)
        let program = String(decoding: path.prefix(max(0, count)), as: UTF8.self)
        // Without the file nobody knows, and that is what is printed.
        let stamp = (try? TextFile.bytes(path: "\(program).version")) ?? []
        let lines = stamp.split(separator: UInt8(ascii: "\n"))
        return lines.count == 2
            ? String(decoding: lines[1], as: UTF8.self)
            : "unknown (not built by scripts/ses-mail)"
    }
}
