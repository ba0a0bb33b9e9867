import AWS
import FunctionTestSupport

/// Written by hand from what docs/rules.md says.
extension RuleFate {
    private static func forward(_ pattern: String, _ target: String = "me@gmail.com") -> Item {
        RandomRules.row(pattern, "forward-to-gmail", target: target)
    }

    private static func row(_ pattern: String, _ action: String, enabled: AttributeValue) -> Item {
        RandomRules.row(pattern, action, target: "me@gmail.com", enabled: enabled)
    }

    private static let bounceAll = RandomRules.row("*", "bounce")
    private static let storeDomain = RandomRules.row("*@example.com", "store")

    static let all: [RuleFate] = tiers + tags + spelling + roles + rows

    private static let tiers: [RuleFate] = [
        .init(
            "the exact rule before the wider ones", "a@example.com",
            [bounceAll, storeDomain, forward("a@example.com")],
            "forward-to-gmail me@gmail.com ROUTE#a@example.com"),
        .init(
            "the domain's before the one for all", "b@example.com", [bounceAll, storeDomain],
            "store ROUTE#*@example.com"),
        .init(
            "the one for all last", "b@example.org", [storeDomain, bounceAll], "bounce ROUTE#*"),
        .init("no rule at all", "a@example.com", [], "bounce no-rule"),
        .init(
            "only rules for others", "a@example.com", [forward("b@example.com")], "bounce no-rule"),
        .init(
            "a domain's rule is not its subdomains'", "a@sub.example.com", [storeDomain],
            "bounce no-rule"),
        .init(
            "a subdomain's rule is not its parent's", "a@example.com",
            [RandomRules.row("*@sub.example.com", "store")], "bounce no-rule"),
    ]

    private static let tags: [RuleFate] = [
        .init(
            "a tag is left out", "a+news@example.com", [forward("a@example.com"), bounceAll],
            "forward-to-gmail me@gmail.com ROUTE#a@example.com"),
        .init(
            "the rule with the tag before the one without", "a+news@example.com",
            [forward("a@example.com"), RandomRules.row("a+news@example.com", "store")],
            "store ROUTE#a+news@example.com"),
        .init(
            "a tag begins at the first plus", "a+b+c@example.com",
            [RandomRules.row("a+b@example.com", "store"), forward("a@example.com")],
            "forward-to-gmail me@gmail.com ROUTE#a@example.com"),
        .init(
            "a plus with nothing before it begins none", "+a@example.com",
            [forward("@example.com"), bounceAll], "bounce ROUTE#*"),
        .init(
            "a plus in quotes begins none", #""a+b"@example.com"#,
            [forward(#""a@example.com"#), storeDomain], "store ROUTE#*@example.com"),
        .init(
            "a plus after quotes begins one", #""a"+b@example.com"#,
            [forward(#""a"@example.com"#), storeDomain],
            #"forward-to-gmail me@gmail.com ROUTE#"a"@example.com"#),
    ]

    private static let spelling: [RuleFate] = [
        .init(
            "capitals in the address", "A@Example.COM", [forward("a@example.com")],
            "forward-to-gmail me@gmail.com ROUTE#a@example.com"),
        .init(
            "capitals in the rule, as received", "Bob@example.com",
            [RandomRules.row("bob@example.com", "bounce"), forward("Bob@example.com")],
            "forward-to-gmail me@gmail.com ROUTE#Bob@example.com"),
        .init(
            "capitals in the rule, not as received", "bob@example.com",
            [forward("Bob@example.com")], "bounce no-rule"),
        .init(
            "the Kelvin sign is no k", "\u{212A}en@example.com",
            [forward("ken@example.com"), storeDomain], "store ROUTE#*@example.com"),
        .init(
            "one letter in two encodings is two names", "e\u{301}@example.com",
            [forward("\u{E9}@example.com")], "bounce no-rule"),
        .init(
            "the last at sign divides", "a@b@example.com",
            [RandomRules.row("*@b@example.com", "bounce"), storeDomain],
            "store ROUTE#*@example.com"),
        .init(
            "a dot at the domain's end does not count", "a@example.com.",
            [forward("a@example.com")], "forward-to-gmail me@gmail.com ROUTE#a@example.com"),
        .init(
            "what is no address is for the rule for all", "nobody", [storeDomain, bounceAll],
            "bounce ROUTE#*"),
    ]

    private static let roles: [RuleFate] = [
        .init(
            "a role address never bounces without a rule", "postmaster@example.com", [],
            "store role-address"),
        .init(
            "nor by the rule for all", "Abuse@example.com", [bounceAll],
            "store ROUTE#* role-address"),
        .init(
            "nor by the domain's", "tlsrpt@example.com",
            [RandomRules.row("*@example.com", "bounce")],
            "store ROUTE#*@example.com role-address"),
        .init(
            "nor with a tag", "dmarc+x@example.com", [bounceAll], "store ROUTE#* role-address"),
        .init(
            "but by its own rule", "mailer-daemon@example.com",
            [RandomRules.row("mailer-daemon@example.com", "bounce")],
            "bounce ROUTE#mailer-daemon@example.com"),
        .init(
            "and is forwarded by any", "postmaster@example.com", [forward("*")],
            "forward-to-gmail me@gmail.com ROUTE#*"),
        .init(
            "a name that only begins so is none", "abuser@example.com", [bounceAll],
            "bounce ROUTE#*"),
    ]

    private static let rows: [RuleFate] = [
        .init(
            "a disabled rule is passed over", "a@example.com",
            [row("a@example.com", "store", enabled: .bool(false)), bounceAll], "bounce ROUTE#*"),
        .init(
            "disabled in a text", "a@example.com",
            [row("a@example.com", "store", enabled: .string("FALSE")), bounceAll],
            "bounce ROUTE#*"),
        .init(
            "any other word leaves it enabled", "a@example.com",
            [row("a@example.com", "store", enabled: .string("no")), bounceAll],
            "store ROUTE#a@example.com"),
        .init(
            "all disabled is no rule", "a@example.com",
            [row("*", "store", enabled: .bool(false))], "bounce no-rule"),
        .init(
            "an unknown action stores", "a@example.com", [RandomRules.row("*", "delete")],
            "store ROUTE#*"),
        .init(
            "a forward without a target fails", "a@example.com",
            [forward("a@example.com", ""), bounceAll], "fail ROUTE#a@example.com"),
        .init(
            "so does one whose target is no address", "a@example.com", [forward("*", "nobody")],
            "fail ROUTE#*"),
        .init(
            "blanks around a target do not count, its capitals do", "a@example.com",
            [forward("*", " Me@Gmail.com ")], "forward-to-gmail Me@Gmail.com ROUTE#*"),
    ]
}
