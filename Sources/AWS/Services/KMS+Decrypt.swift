package import HTTP
internal import JSON

extension KMS {
    /// What `encrypt` was given (`Decrypt`,
    /// https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html).
    /// - Parameter ciphertext: base64, as `encrypt` answered it.
    package func decrypt(_ ciphertext: String, key: String) throws(AWSError) -> Secret {
        let answer = try json.call(
            "Decrypt", ["KeyId": .string(key), "CiphertextBlob": .string(ciphertext)])
        guard let text = answer["Plaintext"]?.string,
            let plaintext = Base64.decode(Array(text.utf8))
        else { throw .missing("Plaintext", in: CallName("KMS", "Decrypt")) }
        return Secret(String(decoding: plaintext, as: UTF8.self))
    }
}
