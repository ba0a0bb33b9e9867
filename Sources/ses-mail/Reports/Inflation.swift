internal import CZlib

/// The unpacking of deflate data. It stops at the limits of a report, however much would follow.
enum Inflation {
    /// The form of the data, as zlib's window bits.
    enum Form: Int32 {
        /// RFC 1951, as in a zip archive.
        case bare = -15
        /// RFC 1952, with a checksum.
        case gzip = 31
    }

    private static let chunkBytes = 64 << 10
    private static let memberLimit = 100
    private static let gzipMark: [UInt8] = [0x1F, 0x8B]

    static func isGzip(_ bytes: [UInt8]) -> Bool { bytes.starts(with: gzipMark) }

    /// The content of a gzip file. It may have several members; what follows them is ignored.
    static func gunzip(_ packed: [UInt8]) throws(ReportFault) -> [UInt8] {
        var content: [UInt8] = []
        var start = 0
        for _ in 0..<memberLimit {
            start = try unpack(packed, from: start, .gzip, into: &content)
            guard packed[start...].starts(with: gzipMark) else { return content }
        }
        throw ReportFault("its gzip file has more than \(memberLimit) members")
    }

    /// The content of one stream.
    static func unpacked(_ packed: [UInt8]) throws(ReportFault) -> [UInt8] {
        var content: [UInt8] = []
        _ = try unpack(packed, from: 0, .bare, into: &content)
        return content
    }

    /// Returns where the stream ends.
    private static func unpack(
        _ packed: [UInt8], from start: Int, _ form: Form, into content: inout [UInt8]
    ) throws(ReportFault) -> Int {
        // zlib remembers the address of its state.
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        defer { stream.deallocate() }
        guard sesmail_inflate_begin(stream, form.rawValue) == Z_OK else {
            throw ReportFault("there is no memory to unpack it")
        }
        defer { inflateEnd(stream) }
        var chunk = [UInt8](repeating: 0, count: chunkBytes)
        return try packed.withUnsafeBufferPointer { input throws(ReportFault) -> Int in
            let rest = UnsafeBufferPointer(rebasing: input[start...])
            stream.pointee.next_in = rest.baseAddress
            stream.pointee.avail_in = UInt32(rest.count)
            while true {
                let status = chunk.withUnsafeMutableBufferPointer { output in
                    stream.pointee.next_out = output.baseAddress
                    stream.pointee.avail_out = UInt32(output.count)
                    return inflate(stream, Z_NO_FLUSH)
                }
                content += chunk[..<(chunkBytes - Int(stream.pointee.avail_out))]
                try check(content.count, of: packed.count)
                switch status {
                case Z_OK: continue
                case Z_STREAM_END: return input.count - Int(stream.pointee.avail_in)
                case Z_BUF_ERROR: throw ReportFault("its packed data end too early")
                default: throw ReportFault("its packed data are damaged")
                }
            }
        }
    }

    private static func check(_ count: Int, of packedCount: Int) throws(ReportFault) {
        guard count <= ReportLimits.unpackedBytes else {
            throw ReportFault(
                "it unpacks to more than \(ReportLimits.unpackedBytes >> 20) MB")
        }
        guard count <= ReportLimits.ratioBytes || count / ReportLimits.ratio <= packedCount else {
            throw ReportFault(
                "it unpacks to more than \(ReportLimits.ratio) times its size")
        }
    }

    /// The checksum of a file in a zip archive.
    static func checksum(_ bytes: [UInt8]) -> Int {
        bytes.withUnsafeBufferPointer { Int(crc32(0, $0.baseAddress, UInt32($0.count))) }
    }
}
