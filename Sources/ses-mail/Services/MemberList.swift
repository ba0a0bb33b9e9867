/// The members of an XML list whose members have lists themselves.
enum MemberList {
    /// The inner bytes of each outermost `<member>`.
    static func members(of list: [UInt8]) -> [[UInt8]] {
        let (opening, closing) = (Array("<member>".utf8), Array("</member>".utf8))
        var members: [[UInt8]] = []
        var depth = 0
        var start = 0
        var place = 0
        while let next = list[place...].firstIndex(of: UInt8(ascii: "<")) {
            place = next + 1
            if list[next...].starts(with: opening) {
                if depth == 0 { start = next + opening.count }
                depth += 1
            } else if list[next...].starts(with: closing) {
                depth -= 1
                if depth == 0 { members.append(Array(list[start..<next])) }
            }
        }
        return members
    }
}
