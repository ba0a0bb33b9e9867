internal import AWS
internal import HTTP
internal import JSON

/// The calls of Parameter Store that only an operator's commands make
/// (https://docs.aws.amazon.com/systems-manager/latest/APIReference/).
extension SSM {
    /// A parameter, decrypted.
    struct Entry: Equatable, Sendable {
        let name: String
        let value: Secret
        let version: Int
        /// Epoch seconds.
        let modifiedAt: Int

        init(_ document: JSONValue, _ call: CallName) throws(AWSError) {
            guard let name = document["Name"]?.string, let value = document["Value"]?.string,
                let version = document["Version"]?.integer,
                let modifiedAt = document["LastModifiedDate"]?.double
            else { throw .missing("name, value, version or date", in: call) }
            self.name = name
            self.value = Secret(value)
            self.version = version
            self.modifiedAt = Int(modifiedAt)
        }
    }

    /// The parameter of that name, or nil (`GetParameter`).
    func entry(_ name: String) throws(AWSError) -> Entry? {
        guard let answer = try document(name: name) else { return nil }
        return try Entry(answer["Parameter"] ?? .null, answer.call)
    }

    /// The parameters one level below a name, by name (`GetParametersByPath`).
    func entries(below path: String) throws(AWSError) -> [Entry] {
        let question: [JSONValue.Member] = [
            .init("Path", .string(path)), .init("WithDecryption", true), .init("MaxResults", 10),
        ]
        var entries: [Entry] = []
        // A page holds ten at most, and may hold none although there are more.
        for page in try json.pages("GetParametersByPath", question).all() {
            for document in page["Parameters"]?.array ?? [] {
                entries.append(try Entry(document, page.call))
            }
        }
        return entries.sorted { $0.name < $1.name }
    }
}
