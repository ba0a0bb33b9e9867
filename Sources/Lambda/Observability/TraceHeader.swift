/// Which trace does this belong to? `Root=1-…;Parent=…;Sampled=1`, in any order, with fields that
/// we do not know
/// (https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader).
package struct TraceHeader: Equatable, Sendable {
    /// The header as it came: it is handed on byte for byte.
    package let text: String
    package let root: String?
    package let parent: String?
    package let isSampled: Bool

    /// nil where the text has no `Root`: that is no trace header.
    package init?(_ text: String) {
        var fields: [Substring: Substring] = [:]
        for field in text.split(separator: ";") {
            let halves = field.split(separator: "=", maxSplits: 1)
            if halves.count == 2 { fields[halves[0].trimmingSpaces] = halves[1].trimmingSpaces }
        }
        guard let root = fields["Root"] else { return nil }
        self.text = text
        self.root = String(root)
        parent = fields["Parent"].map(String.init)
        isSampled = fields["Sampled"] == "1"
    }
}

extension Substring {
    fileprivate var trimmingSpaces: Substring {
        let rest = drop { $0 == " " }
        return rest.lastIndex { $0 != " " }.map { rest[...$0] } ?? ""
    }
}
