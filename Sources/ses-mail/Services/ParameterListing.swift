internal import AWS
internal import HTTP
internal import JSON

/// Which parameters are there, and when were they written?
/// (https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html)
struct ParameterListing {
    private let json: JSONService

    init(_ session: AWSSession) {
        json = JSONService(
            client: session.client(signingName: "ssm"),
            endpoint: session.endpointOverride("SSM")
                ?? "https://ssm.\(session.region).amazonaws.com",
            name: "SSM", targetPrefix: "AmazonSSM", version: "1.1")
    }

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
            else { throw .lacking("name, value, version or date", in: call) }
            self.name = name
            self.value = Secret(value)
            self.version = version
            self.modifiedAt = Int(modifiedAt)
        }
    }

    /// The parameter of that name, or nil (`GetParameter`).
    func entry(_ name: String) throws(AWSError) -> Entry? {
        let answer: JSONValue
        do {
            answer = try json.call(
                "GetParameter", ["Name": .string(name), "WithDecryption": true])
        } catch  where error.code == "ParameterNotFound" {
            return nil
        }
        return try Entry(answer["Parameter"] ?? .null, CallName("SSM", "GetParameter"))
    }

    /// The parameters one level below a name, by name (`GetParametersByPath`).
    func entries(below path: String) throws(AWSError) -> [Entry] {
        let call = CallName("SSM", "GetParametersByPath")
        var entries: [Entry] = []
        var next: String?
        // A page holds ten at most, and may hold none although there are more.
        for _ in 0..<1000 {
            var question: [JSONValue.Member] = [
                .init("Path", .string(path)), .init("WithDecryption", true),
                .init("MaxResults", 10),
            ]
            if let next { question.append(.init("NextToken", .string(next))) }
            let answer = try json.call(call.operation, .object(question))
            for document in answer["Parameters"]?.array ?? [] {
                entries.append(try Entry(document, call))
            }
            next = answer["NextToken"]?.string
            if next == nil { return entries.sorted { $0.name < $1.name } }
        }
        throw .undecodable(call, reason: "the list does not end")
    }
}
