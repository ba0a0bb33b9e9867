internal import JSON
internal import Text

/// The headers of a mail, in their order, with repeats, names in any case.
///
/// The shape is that of `mail.headers` in an SES notification: `[{"name": …, "value": …}]`
/// (ses/latest/dg/receiving-email-notifications-contents.html).
package struct MailHeaders: Equatable, Sendable {
    /// One header field, unfolded and not decoded.
    package struct Field: Equatable, Sendable {
        package let name: String
        package let value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    package let fields: [Field]

    package init(_ fields: [Field] = []) {
        self.fields = fields
    }

    /// The value of the first field of that name, without the white space around it.
    package subscript(name: String) -> String? {
        fields.first { $0.name.equalsIgnoringASCIICase(name) }?.value.trimmingASCIIWhitespace
    }

    /// The values of all fields of that name, without the white space around them.
    package func values(of name: String) -> [String] {
        fields.lazy.filter { $0.name.equalsIgnoringASCIICase(name) }
            .map(\.value.trimmingASCIIWhitespace)
    }

    /// Whether a field's name begins with `prefix`, such as `List-` (RFC 2369).
    package func contains(prefix: String) -> Bool {
        fields.contains { $0.name.hasPrefix(ignoringASCIICase: prefix) }
    }
}

extension MailHeaders {
    /// `mail.headers` of a notification; a field without a name or a value has an empty one.
    init(_ json: JSONValue) {
        self.init(
            (json.array ?? []).map {
                Field(
                    name: ($0["name"]?.string ?? "").trimmingASCIIWhitespace,
                    value: $0["value"]?.string ?? "")
            })
    }
}
