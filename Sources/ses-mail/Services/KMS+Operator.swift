internal import AWS
internal import HTTP
internal import JSON
internal import Text

/// The calls of KMS that only an operator's commands make
/// (https://docs.aws.amazon.com/kms/latest/APIReference/).
extension KMS {
    /// The plaintext that was given to `encrypt` (`Decrypt`).
    /// - Parameter ciphertext: base64, as `encrypt` answered it.
    func decrypt(_ ciphertext: String, key: String) throws(AWSError) -> Secret {
        let answer = try json.call(
            "Decrypt", ["KeyId": .string(key), "CiphertextBlob": .string(ciphertext)])
        guard let text = answer["Plaintext"]?.string,
            let plaintext = Base64.decode(Array(text.utf8))
        else { throw answer.missing("Plaintext") }
        return Secret(String(decoding: plaintext, as: UTF8.self))
    }

    /// A key as KMS describes it.
    struct Key: Equatable, Sendable {
        /// `Enabled`, `PendingDeletion`, …
        let state: String
        /// Epoch seconds.
        let createdAt: Int?
    }

    /// nil if there is no such key (`DescribeKey`).
    func key(_ alias: String) throws(AWSError) -> Key? {
        let answer = try AWSError.orNil("NotFoundException") { () throws(AWSError) in
            try json.call("DescribeKey", ["KeyId": .string(alias)])
        }
        guard let state = answer?["KeyMetadata"]?["KeyState"]?.string else { return nil }
        return Key(
            state: state,
            createdAt: answer?["KeyMetadata"]?["CreationDate"]?.double.map { Int($0) })
    }
}
