/// The name of a resource, without the account around it.
enum Resource {
    /// `arn:aws:sqs:eu-west-1:123:a` → `sqs a`; the stream of a table is the table's.
    static func name(_ arn: String) -> String {
        let parts = arn.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 6 else { return arn }
        var name = parts[5]
        for prefix in ["log-group:", "function:", "event-bus/", "table/"]
        where name.hasPrefix(prefix) {
            name = name.dropFirst(prefix.count)
        }
        if parts[2] == "dynamodb" { name = name.prefix { $0 != "/" } }
        return "\(parts[2]) \(name)"
    }
}
