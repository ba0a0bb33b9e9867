/// The X-Ray trace that an invocation belongs to: `Root=1-…;Parent=…;Sampled=1`, in any order, with
/// fields that we do not know
/// (https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader).
package struct TraceHeader: Equatable, Sendable {
    /// The header as it came: it is handed on byte for byte.
    package let text: String
    package let root: String?
    package let parent: String?
    package let isSampled: Bool

    /// Nil for a text without `Root`, which is not a trace header.
    package init?(_ text: String) {
        var root: String?
        var parent: String?
        var isSampled = false
        for field in text.utf8.split(separator: UInt8(ascii: ";")) {
            guard let equals = field.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let value = String(field[equals...].dropFirst().trimmingSpaces)
            switch Substring(field[..<equals].trimmingSpaces) {
            case "Root": root = value
            case "Parent": parent = value
            case "Sampled": isSampled = value == "1"
            default: break
            }
        }
        guard let root else { return nil }
        self.text = text
        self.root = root
        self.parent = parent
        self.isSampled = isSampled
    }
}

extension Substring.UTF8View {
    fileprivate var trimmingSpaces: Substring {
        let isVisible = { (byte: UInt8) in byte != UInt8(ascii: " ") }
        guard let first = firstIndex(where: isVisible), let last = lastIndex(where: isVisible)
        else { return "" }
        return Substring(self[first...last])
    }
}
