import FoundationEssentials
import Testing

/// Is an output still the one that was looked at and accepted?
///
/// `RECORD_SNAPSHOTS=1` writes the files anew; look at the difference before it is committed.
struct GoldenFile {
    let name: String

    func expect(
        _ text: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let path = Self.folder + name
        if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == "1" {
            try Data(text.utf8).write(to: URL(filePath: path))
        }
        let golden = try Data(contentsOf: URL(filePath: path))
        #expect(text == String(decoding: golden, as: UTF8.self), sourceLocation: sourceLocation)
    }

    private static let folder = String(#filePath.dropLast("GoldenFile.swift".count)) + "Golden/"
}
