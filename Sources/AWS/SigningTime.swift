internal import HTTP

/// When is a request signed? One clock reading in the two forms that SigV4 uses, so that the
/// scope's day and `X-Amz-Date` cannot disagree over midnight.
package struct SigningTime: Equatable, Sendable {
    /// `20150830T123600Z`
    package let timestamp: String
    /// `20150830`
    package let day: String

    /// - Parameter epochSeconds: seconds since 1970-01-01T00:00:00Z.
    package init(epochSeconds: Int) {
        timestamp = UTCTime(epochSeconds: epochSeconds).basic
        day = String(decoding: timestamp.utf8.prefix(8), as: UTF8.self)
    }
}
