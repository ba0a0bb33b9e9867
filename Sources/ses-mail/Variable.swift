internal import Process

/// The value of an environment variable. An empty one is not set.
enum Variable {
    static func value(_ name: String) -> String? {
        Environment.process.optional(name)
    }
}
