package import HTTP
package import JSON

/// The calls that we make of Parameter Store
/// (https://docs.aws.amazon.com/systems-manager/latest/APIReference/).
package struct SSM {
    package let json: JSONProtocol
    package var endpoint: String { json.endpoint }

    package init(_ session: AWSSession) {
        json = JSONProtocol(
            session, "SSM", host: "ssm", variable: "SSM", targetPrefix: "AmazonSSM",
            version: .v1_1)
    }

    /// A parameter's decrypted value and the version that it was read at.
    package struct Parameter: Equatable, Sendable {
        package let value: Secret
        package let version: Int
    }

    /// The parameter, or nil if there is none of that name (`GetParameter`).
    package func getParameter(name: String) throws(AWSError) -> Parameter? {
        guard let answer = try document(name: name) else { return nil }
        guard let value = answer["Parameter"]?["Value"]?.string,
            let version = answer["Parameter"]?["Version"]?.integer
        else { throw answer.missing("value or version") }
        return Parameter(value: Secret(value), version: version)
    }

    /// The answer of `GetParameter`, or nil if there is no parameter of that name.
    package func document(name: String) throws(AWSError) -> AWSAnswer<JSONValue>? {
        try AWSError.orNil("ParameterNotFound") { () throws(AWSError) in
            try json.call("GetParameter", ["Name": .string(name), "WithDecryption": true])
        }
    }

    /// Overwrites a SecureString and answers its new version (`PutParameter`). An error does not
    /// repeat the value, as SSM's own words may ("Value '…' failed to satisfy constraint").
    package func putParameter(name: String, value: Secret) throws(AWSError) -> Int {
        let answer: AWSAnswer<JSONValue>
        do {
            answer = try json.call(
                "PutParameter",
                [
                    "Name": .string(name), "Value": .string(value.value), "Type": "SecureString",
                    "Overwrite": true,
                ])
        } catch {
            guard case .refused(let call, let refusal) = error else { throw error }
            throw .refused(
                call, AWSRefusal(code: refusal.code, message: "", status: refusal.status))
        }
        guard let version = answer["Version"]?.integer else { throw answer.missing("version") }
        return version
    }
}
