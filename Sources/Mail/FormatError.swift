/// A fault in the form of a document. The reason names the field and quotes nothing of its content.
package struct FormatError: Error, Equatable, Sendable, CustomStringConvertible {
    package let reason: String

    package init(_ reason: String) {
        self.reason = reason
    }

    package var description: String { reason }
}
