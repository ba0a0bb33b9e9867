import Foundation

/// A descriptor that turns bad while it is in use.
enum ScratchDescriptor {
    /// Leaves the descriptor open, and every read from it an error.
    static func makeUnreadable(_ descriptor: Int32) throws {
        let sink = open("/dev/null", O_WRONLY)
        guard sink >= 0, dup2(sink, descriptor) >= 0 else { throw CocoaError(.fileReadUnknown) }
        close(sink)
    }
}
