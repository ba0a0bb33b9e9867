internal import COpenSSL

/// SHA-256, by OpenSSL, and its HMAC (FIPS 180-4, RFC 2104).
package enum Digest {
    package static let byteCount = Int(SHA256_DIGEST_LENGTH)
    /// The block size of SHA-256 in bytes.
    private static let blockByteCount = 64

    package static func sha256(_ bytes: [UInt8]) -> [UInt8] {
        bytes.withUnsafeBufferPointer(sha256)
    }

    package static func sha256(_ text: String) -> [UInt8] {
        var text = text
        return text.withUTF8(sha256)
    }

    private static func sha256(_ source: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: byteCount) { digest, count in
            sesmail_sha256(source.baseAddress, source.count, digest.baseAddress)
            count = byteCount
        }
    }

    /// `H(key ⊕ opad ‖ H(key ⊕ ipad ‖ text))`. Written out, because OpenSSL 3 looks its algorithm
    /// up by name for every HMAC, which takes longer than the hashing.
    package static func hmac(key: [UInt8], _ text: String) -> [UInt8] {
        let key = key.count > blockByteCount ? sha256(key) : key
        var text = text
        let inner = text.withUTF8 { sha256(key, paddedWith: 0x36, followedBy: $0) }
        return inner.withUnsafeBufferPointer { sha256(key, paddedWith: 0x5C, followedBy: $0) }
    }

    /// The hash of one block, which is the key under a pad, and of what follows it.
    private static func sha256(
        _ key: [UInt8], paddedWith pad: UInt8, followedBy rest: UnsafeBufferPointer<UInt8>
    ) -> [UInt8] {
        let byteCount = blockByteCount + rest.count
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: byteCount) { bytes in
            for index in 0..<blockByteCount {
                bytes.initializeElement(at: index, to: (index < key.count ? key[index] : 0) ^ pad)
            }
            _ = bytes[blockByteCount...].initialize(fromContentsOf: rest)
            return sha256(UnsafeBufferPointer(bytes))
        }
    }
}
