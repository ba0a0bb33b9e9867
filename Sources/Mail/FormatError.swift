/// A document is not what it should be; the reason names the field and nothing of its content.
package struct FormatError: Error, Equatable, Sendable, CustomStringConvertible {
    package let reason: String

    package init(_ reason: String) {
        self.reason = reason
    }

    package var description: String { reason }
}
