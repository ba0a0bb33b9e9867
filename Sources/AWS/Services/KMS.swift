internal import JSON
internal import Text

/// The call that we make of KMS (https://docs.aws.amazon.com/kms/latest/APIReference/).
package struct KMS {
    package let json: JSONProtocol
    package var endpoint: String { json.endpoint }

    package init(_ session: AWSSession) {
        json = JSONProtocol(
            session, "KMS", host: "kms", variable: "KMS", targetPrefix: "TrentService",
            version: .v1_1)
    }

    /// The ciphertext in base64, as the service writes it; 4096 bytes at most go in (`Encrypt`).
    package func encrypt(_ plaintext: [UInt8], key: String) throws(AWSError) -> String {
        try json.call(
            "Encrypt",
            ["KeyId": .string(key), "Plaintext": .string(Base64.encode(plaintext))]
        ).required("CiphertextBlob", \.string)
    }
}
