internal import COpenSSL

/// SHA-256 and its HMAC (FIPS 180-4, RFC 2104), by OpenSSL.
package enum Digest {
    package static let byteCount = Int(SHA256_DIGEST_LENGTH)

    package static func sha256(_ bytes: [UInt8]) -> [UInt8] {
        bytes.withUnsafeBufferPointer(sha256)
    }

    package static func sha256(_ text: String) -> [UInt8] {
        var text = text
        return text.withUTF8(sha256)
    }

    private static func sha256(_ source: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: byteCount) { digest, count in
            SHA256(source.baseAddress, source.count, digest.baseAddress)
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
        let digits: StaticString = "0123456789abcdef"
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count * 2)
        for byte in bytes {
            text.append(digits.utf8Start[Int(byte >> 4)])
            text.append(digits.utf8Start[Int(byte & 0xF)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
