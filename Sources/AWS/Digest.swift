internal import COpenSSL

/// SHA-256 and its HMAC (FIPS 180-4, RFC 2104), by OpenSSL.
package enum Digest {
    package static let byteCount = Int(SHA256_DIGEST_LENGTH)

    package static func sha256(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        let source = ContiguousArray(bytes)
        return [UInt8](unsafeUninitializedCapacity: byteCount) { digest, count in
            source.withUnsafeBufferPointer { _ = SHA256($0.baseAddress, $0.count, digest.baseAddress) }
            count = byteCount
        }
    }

    package static func hmac(key: [UInt8], _ text: String) -> [UInt8] {
        var text = text
        return [UInt8](unsafeUninitializedCapacity: byteCount) { digest, count in
            let isDone = text.withUTF8 { bytes in
                sesmail_hmac_sha256(
                    key, Int32(key.count), bytes.baseAddress, bytes.count, digest.baseAddress)
            }
            precondition(isDone == 1, "OpenSSL has no HMAC-SHA256")
            count = byteCount
        }
    }

    /// Lower-case hexadecimal, as signatures are written.
    package static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 0xF)]] },
            as: UTF8.self)
    }
}
