package import HTTP
package import JSON

/// The document that answers a call, with the call's name for the errors that it may cause.
package struct AWSAnswer<Document> {
    package let call: CallName
    package let document: Document

    /// The error of an answer in which a documented field is missing.
    package func missing(_ field: String) -> AWSError { .missing(field, in: call) }
}

extension AWSAnswer<JSONValue> {
    package subscript(name: String) -> JSONValue? { document[name] }

    /// The value of a member.
    /// - Throws: `AWSError.undecodable` if the member is missing or of another kind.
    package func required<Value>(_ name: String, _ value: (JSONValue) -> Value?)
        throws(AWSError) -> Value
    {
        guard let value = self[name].flatMap(value) else { throw missing(name) }
        return value
    }
}

extension AWSAnswer<[UInt8]> {
    /// The text of the first element of that name, or nil.
    package subscript(name: String) -> String? { XMLText.first(name, in: document) }
}
