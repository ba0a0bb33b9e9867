package import Dispatch

extension DispatchSemaphore {
    /// Waits for a signal, for a minute at most; whether it came. A test that waits for ever says
    /// nothing of what went wrong.
    package var isSignalled: Bool { wait(timeout: .now() + .seconds(60)) == .success }
}
