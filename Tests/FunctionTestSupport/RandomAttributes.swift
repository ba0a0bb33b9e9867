internal import AWS
internal import TestSupport

/// The attributes of rules with values that are right, and with some that are wrong.
enum RandomAttributes {
    private static func list(_ texts: String...) -> AttributeValue {
        .list(texts.map { .string($0) })
    }

    private static let flags: [AttributeValue] = [.bool(true), .bool(false)]
    private static let noFlags: [AttributeValue] = [.string("true"), .number("1"), .null]

    private static let right: [(String, [AttributeValue])] = [
        (
            "targets",
            [
                list("me@gmail.com"), list("you@gmail.com", "ME@gmail.com"),
                .stringSet(["third@gmail.com"]), list(),
            ]
        ),
        ("keep", flags), ("inbox", flags), ("unread", flags), ("star", flags),
        ("never_spam", flags), ("calendar", [.bool(true), .bool(true), .bool(true), .bool(false)]),
        (
            "labels",
            [
                .map(["me@gmail.com": list("Label_1", "IMPORTANT")]),
                .map(["You@gmail.com": .stringSet(["CATEGORY_UPDATES"])]),
            ]
        ),
        (
            "until",
            [
                "2025-01-18T10:00:00Z", "2025-01-18T10:00:01Z", "2024-01-01T00:00:00+00:00",
                "2031-01-01T00:00:00Z",
            ].map { .string($0) }
        ),
        ("then", [.string("bounce"), .string("store")]),
        (
            "only_from",
            [
                list("x@g.example"), list("*@g.example"), list("y@h.example", "*@sub.g.example"),
            ]
        ),
        (
            "not_from",
            [
                list("y@h.example"), list("*@h.example", "x@sub.g.example"),
                .stringSet(["x+t@sub.g.example"]), list(),
            ]
        ),
        ("otherwise", [.string("store"), .string("bounce"), .string("junk")]),
    ]

    private static let wrong: [String: [AttributeValue]] = [
        "targets": [.string("you@gmail.com"), .list([.number("1")])],
        "keep": noFlags, "inbox": noFlags, "unread": noFlags, "star": noFlags,
        "never_spam": noFlags, "calendar": noFlags,
        "labels": [list("Label_1"), .map(["me@gmail.com": list("SPAM")])],
        "until": [.string("2025-01-18"), .number("1")], "then": [.string("delete")],
        "only_from": [list(), list("*"), .string("x@g.example")],
        "not_from": [list("nobody"), .bool(true)], "otherwise": [.string("forward-to-gmail")],
    ]

    /// Some attributes, now and then a wrong one.
    static func some(_ generator: inout SeededGenerator) -> Item {
        var item: Item = [:]
        for (name, values) in right where Int.random(in: 0..<3, using: &generator) == 0 {
            let isWrong = Int.random(in: 0..<60, using: &generator) == 0
            item[name] = (isWrong ? wrong[name] ?? [] : values).randomElement(using: &generator)
        }
        return item
    }

    static func isWrong(_ row: Item) -> Bool {
        let isForward = row["action"]?.string == "forward-to-gmail"
        if isForward, let target = row["target"], target.string == nil { return true }
        return row.contains { name, value in wrong[name]?.contains(value) == true }
    }
}
