package import HTTP

/// The calls that we make of Parameter Store
/// (https://docs.aws.amazon.com/systems-manager/latest/APIReference/).
package struct SSM {
    private let json: JSONProtocol

    package init(_ session: AWSSession) {
        json = JSONProtocol(
            session.client(signingName: "ssm"),
            endpoint: session.endpointOverride("SSM")
                ?? "https://ssm.\(session.region).amazonaws.com",
            service: "SSM", targetPrefix: "AmazonSSM", version: .v1_1)
    }

    /// A parameter's decrypted value and the version that it was read at.
    package struct Parameter: Equatable, Sendable {
        package let value: Secret
        package let version: Int
    }

    /// The parameter, or nil where there is none of that name (`GetParameter`).
    package func getParameter(name: String) throws(AWSError) -> Parameter? {
        struct Question: Encodable {
            let name: String
            let withDecryption = true

            enum CodingKeys: String, CodingKey {
                case name = "Name"
                case withDecryption = "WithDecryption"
            }
        }
        struct Answer: Decodable {
            struct Body: Decodable {
                let value: String
                let version: Int

                enum CodingKeys: String, CodingKey {
                    case value = "Value"
                    case version = "Version"
                }
            }
            let parameter: Body

            enum CodingKeys: String, CodingKey { case parameter = "Parameter" }
        }
        do {
            let answer: Answer = try json.call("GetParameter", Question(name: name))
            return Parameter(
                value: Secret(answer.parameter.value), version: answer.parameter.version)
        } catch where error.code == "ParameterNotFound" {
            return nil
        }
    }

    /// Overwrites a SecureString and answers its new version (`PutParameter`).
    package func putParameter(name: String, value: Secret) throws(AWSError) -> Int {
        struct Question: Encodable {
            let name: String
            let value: String
            let type = "SecureString"
            let overwrite = true

            enum CodingKeys: String, CodingKey {
                case name = "Name"
                case value = "Value"
                case type = "Type"
                case overwrite = "Overwrite"
            }
        }
        struct Answer: Decodable {
            let version: Int

            enum CodingKeys: String, CodingKey { case version = "Version" }
        }
        let answer: Answer = try json.call(
            "PutParameter", Question(name: name, value: value.value))
        return answer.version
    }
}
