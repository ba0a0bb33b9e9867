/// The lines that somebody should look at: how they are recognised, and how CloudWatch Logs finds
/// them.
enum Trouble {
    static let levels = ["WARN", "ERROR", "FATAL"]

    /// The statuses in Lambda's report of an invocation that failed.
    static let statuses = ["error", "failure", "timeout"]

    /// What Lambda writes in its text form, and what Swift does before it ends a process.
    /// https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html
    static let lastWords = [
        "Task timed out", "Runtime exited", "Runtime.ExitError", "Runtime.InvalidEntrypoint",
        "Fatal error:", "Program crashed",
    ]

    /// The filter patterns that together find all of them, and some lines more. One pattern can
    /// look into JSON or for words in a text, never both.
    static var patterns: [String] {
        let conditions =
            ["level", "logLevel"].flatMap { name in levels.map { "$.\(name) = \"\($0)\"" } }
            + statuses.map { "$.record.status = \"\($0)\"" }
        return [
            "{ \(conditions.joined(separator: " || ")) }",
            lastWords.map { "?\"\($0)\"" }.joined(separator: " "),
        ]
    }
}
