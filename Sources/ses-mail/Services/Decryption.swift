internal import AWS
internal import HTTP
internal import JSON

/// What was encrypted with a key of KMS?
/// (https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html)
struct Decryption {
    private let json: JSONService

    init(_ session: AWSSession) {
        json = JSONService(
            client: session.client(signingName: "kms"),
            endpoint: session.endpointOverride("KMS")
                ?? "https://kms.\(session.region).amazonaws.com",
            name: "KMS", targetPrefix: "TrentService", version: "1.1")
    }

    /// What `KMS.encrypt` was given.
    /// - Parameter ciphertext: base64, as `encrypt` answered it.
    func decrypt(_ ciphertext: String, key: String) throws(AWSError) -> Secret {
        let answer = try json.call(
            "Decrypt", ["KeyId": .string(key), "CiphertextBlob": .string(ciphertext)])
        guard let text = answer["Plaintext"]?.string,
            let plaintext = Base64.decode(Array(text.utf8))
        else { throw .lacking("Plaintext", in: CallName("KMS", "Decrypt")) }
        return Secret(String(decoding: plaintext, as: UTF8.self))
    }
}
