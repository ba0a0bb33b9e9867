#if canImport(Glibc)
    internal import Glibc
#endif

/// The value of an environment variable. An empty one is not set.
enum Variable {
    static func value(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }
}
