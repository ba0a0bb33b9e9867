import Foundation
import TestSupport
import Testing

/// The metrics that the command line shows are those that the functions count.
struct MetricListTests {
    @Test("What is shown is counted, and what is counted is shown")
    func agreement() throws {
        let list = try #require(
            SourceTree.shipped.first { $0.path.hasSuffix("/CountedMetric.swift") })
        let shown = list.text.matches(of: /case \w+ = "(\w+)"/).map { String($0.output.1) }
        let counted = SourceTree.shipped.flatMap { file in
            file.text.matches(of: /: MetricName = "(\w+)"/).map { String($0.output.1) }
        }
        #expect(counted.count >= 16)
        #expect(Set(shown) == Set(counted))
        #expect(Set(shown).count == shown.count, "one is shown twice")
    }
}
