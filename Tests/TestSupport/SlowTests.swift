internal import Foundation
internal import Synchronization
internal import Testing

/// How long the tests took that wait, without their waiting for each other. The slowest are printed
/// when the process ends.
enum SlowTests {
    private static let printedCount = 10
    private static let took = Mutex<[String: Double]>([:])
    private static let printing: Void = { _ = atexit { SlowTests.printSlowest() } }()

    /// Adds what one case of a test took to the time of that test.
    static func add(_ test: Test, seconds: Double) {
        printing
        let name = "\(test.id.nameComponents.first ?? ""): \(test.displayName ?? test.name)"
        took.withLock { $0[name, default: 0] += seconds }
    }

    private static func printSlowest() {
        let slowest = took.withLock { $0 }.sorted { $0.value > $1.value }.prefix(printedCount)
        print("The slowest tests of Swift that wait, in seconds:")
        for (name, seconds) in slowest { print(String(format: "%7.1f  %@", seconds, name)) }
    }
}
