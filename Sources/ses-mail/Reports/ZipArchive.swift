/// A zip archive with one file (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT). All
/// numbers in it are a stranger's.
struct ZipArchive {
    private let bytes: [UInt8]

    private struct Entry {
        let isEncrypted: Bool
        let method: Int
        let checksum: Int
        let packedCount: Int
        let count: Int
        let headerStart: Int
    }

    private static let localMark = 0x0403_4B50
    private static let centralMark = 0x0201_4B50
    private static let endMark = 0x0605_4B50
    private static let endBytes = 22
    /// In the place of a number that the zip64 form has elsewhere.
    private static let elsewhere = 0xFFFF_FFFF

    /// Nil if the bytes do not begin as an archive does.
    init?(_ bytes: [UInt8]) {
        self.bytes = bytes
        // What is shorter than a mark is no archive.
        guard let mark = try? number(at: 0, 4), [Self.localMark, Self.endMark].contains(mark)
        else { return nil }
    }

    /// The content of the only file.
    func file() throws(ReportFault) -> [UInt8] {
        let entries = try entries()
        guard entries.count == 1, let entry = entries.first else {
            throw ReportFault(
                "its zip archive holds \(entries.isEmpty ? "no file" : "\(entries.count) files"), "
                    + "and a report is one file")
        }
        guard !entry.isEncrypted else { throw ReportFault("its zip archive is encrypted") }
        guard ![entry.packedCount, entry.count, entry.headerStart].contains(Self.elsewhere) else {
            throw Self.zip64
        }
        let packed = try packed(entry)
        let content: [UInt8]
        switch entry.method {
        case 0: content = packed
        case 8: content = try Inflation.unpacked(packed)
        default:
            throw ReportFault(
                "its zip archive is packed by method \(entry.method), which is not read")
        }
        guard content.count == entry.count, Inflation.checksum(content) == entry.checksum else {
            throw Self.damaged
        }
        return content
    }

    private static let zip64 = ReportFault(
        "its zip archive has the zip64 form, which is for larger files")
    private static let damaged = ReportFault("its zip archive is damaged or cut off")

    /// The files by the central directory; folders and what macOS adds are left out.
    private func entries() throws(ReportFault) -> [Entry] {
        let end = try endStart()
        let count = try number(at: end + 10, 2)
        var place = try number(at: end + 16, 4)
        guard count < 0xFFFF, place != Self.elsewhere else { throw Self.zip64 }
        var entries: [Entry] = []
        for _ in 0..<count {
            guard try number(at: place, 4) == Self.centralMark else { throw Self.damaged }
            let nameCount = try number(at: place + 28, 2)
            let moreCount = try number(at: place + 30, 2) + number(at: place + 32, 2)
            let name = try slice(place + 46, nameCount)
            if name.last != UInt8(ascii: "/"), !name.starts(with: "__MACOSX/".utf8) {
                entries.append(try entry(at: place))
            }
            place += 46 + nameCount + moreCount
        }
        return entries
    }

    private func entry(at place: Int) throws(ReportFault) -> Entry {
        Entry(
            isEncrypted: try number(at: place + 8, 2) & 1 != 0,
            method: try number(at: place + 10, 2), checksum: try number(at: place + 16, 4),
            packedCount: try number(at: place + 20, 4), count: try number(at: place + 24, 4),
            headerStart: try number(at: place + 42, 4))
    }

    /// The place of the last record, which a comment may follow, and the line end of a mail.
    private func endStart() throws(ReportFault) -> Int {
        let last = bytes.count - Self.endBytes
        guard last >= 0 else { throw Self.damaged }
        for place in stride(from: last, through: max(0, last - 0xFFFF), by: -1)
        where try number(at: place, 4) == Self.endMark {
            return place
        }
        throw Self.damaged
    }

    private func packed(_ entry: Entry) throws(ReportFault) -> [UInt8] {
        let start = entry.headerStart
        guard try number(at: start, 4) == Self.localMark else { throw Self.damaged }
        let nameCount = try number(at: start + 26, 2)
        let moreCount = try number(at: start + 28, 2)
        return Array(try slice(start + 30 + nameCount + moreCount, entry.packedCount))
    }

    private func slice(_ start: Int, _ count: Int) throws(ReportFault) -> ArraySlice<UInt8> {
        guard start <= bytes.count, count <= bytes.count - start else { throw Self.damaged }
        return bytes[start..<start + count]
    }

    /// A number of two or four bytes, the lowest first.
    private func number(at start: Int, _ count: Int) throws(ReportFault) -> Int {
        try slice(start, count).reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}
