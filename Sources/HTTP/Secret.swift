/// A value that travels in a header or a form and must never be printed.
package struct Secret: Equatable, Sendable, CustomStringConvertible, CustomReflectable {
    /// The value itself; its only readers are those that put it on the wire.
    package let value: String

    package init(_ value: String) {
        self.value = value
    }

    package var description: String { "<redacted>" }

    /// `dump` and string interpolation of an enclosing type go through the mirror.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
