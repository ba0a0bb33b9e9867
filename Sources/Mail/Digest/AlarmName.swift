internal import Text

/// The name of an alarm as Terraform gives it: its heading in OPERATIONS.md, and the environment at
/// its end.
package enum AlarmName {
    /// The beginnings of all of them, to ask CloudWatch with.
    package static let commonPrefixes = ["ses-", "eventbridge-"]

    private static let prefixes = [
        "ses-email-input-", "ses-gmail-forwarder-", "ses-bouncer-", "ses-mail-",
        "eventbridge-pipes-", "eventbridge-gmail-", "eventbridge-bouncer-", "eventbridge-log-",
    ]

    /// Whether it is an alarm of that environment's deployment.
    package static func isOurs(_ name: String, in environment: String) -> Bool {
        name.hasSuffix("-\(environment)") && prefixes.contains { name.hasPrefix($0) }
            && name.utf8.allSatisfy { $0.isASCIISmall || $0.isASCIIDigit || $0 == 0x2D }
    }

    /// The name without the environment.
    package static func heading(_ name: String, in environment: String) -> String {
        name.hasSuffix("-\(environment)") ? String(name.dropLast(environment.utf8.count + 1)) : name
    }
}
