internal import Foundation

/// An output that somebody looked at and accepted, to compare new output with.
///
/// `RECORD_SNAPSHOTS=1` writes the files anew; look at the difference before it is committed.
package struct GoldenFile {
    private let url: URL

    /// A file in the folder `Golden` beside the test.
    package init(_ name: String, testFile: String = #filePath) {
        url = URL(filePath: testFile).deletingLastPathComponent()
            .appending(path: "Golden").appending(path: name)
    }

    /// What the output must be; `text` itself while snapshots are recorded.
    package func accepted(_ text: String) throws -> String {
        if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == "1" {
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url)
        }
        return String(decoding: try Data(contentsOf: url), as: UTF8.self)
    }
}
