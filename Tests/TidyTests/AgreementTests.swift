import Foundation
import TestSupport
import Testing

/// What is said in two places must be the same in both.
struct AgreementTests {
    /// What a function may read although Terraform does not set it: Lambda's own variables, those
    /// that every AWS SDK reads, and what replaces a service on one machine.
    private static let given: Set<String> = [
        "AWS_ACCESS_KEY_ID", "AWS_ENDPOINT_URL", "AWS_LAMBDA_LOG_LEVEL",
        "AWS_LAMBDA_MAX_CONCURRENCY",
        "AWS_LAMBDA_RUNTIME_API", "AWS_REGION", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
        "AWS_XRAY_DAEMON_ADDRESS", "GMAIL_ENDPOINT_URL", "GOOGLE_TOKEN_ENDPOINT_URL",
        "SES_MAIL_PREWARM",
    ]

    @Test("A function reads what Terraform sets, and Terraform sets what is read")
    func environment() throws {
        let deployed = try Deployment.environments()
        try #require(deployed.count >= 3)
        for (function, variables) in deployed {
            let read = variablesRead(in: [function, "Lambda", "AWS"])
            #expect(SourceTree.functions.contains(function), "Terraform deploys no such function")
            // The module gives this one to every function.
            let set = variables.union(["ENVIRONMENT"])
            #expect(read.subtracting(set).subtracting(Self.given) == [], "\(function) only reads")
            #expect(set.subtracting(read) == [], "\(function) is only given")
        }
    }

    private func variablesRead(in modules: [String]) -> Set<String> {
        let pattern = /(?:required|optional|flag|positive|list|choice)\(\s*"([A-Z][A-Z0-9_]*)"/
        let text = SourceTree.shipped.filter { modules.contains($0.module) }.map(\.text)
        return Set(text.joined(separator: "\n").matches(of: pattern).map { String($0.output.1) })
    }

    /// Every metric that is counted, as operators know it.
    private static let metrics: Set<String> = [
        "RouterEnrichmentSuccess", "RouterEnrichmentFailure", "EmailsAccepted", "SpamDetected",
        "VirusDetected", "DmarcRejectDetected", "GmailForwardSuccess", "GmailForwardFailure",
        "GmailForwardRefused", "GmailTokenInvalid", "CanaryDelivered", "BounceSendSuccess",
        "BounceSendFailure", "BounceSuppressed", "SMTPCredentialCreations",
        "SMTPCredentialCreationFailures", "SMTPCredentialDeletions",
        "SMTPCredentialDeletionFailures",
    ]

    @Test("The metrics that are counted are those that operators know")
    func counted() {
        let counted = SourceTree.countedMetrics
        #expect(Set(counted) == Self.metrics)
        #expect(Set(counted).count == counted.count, "two functions count under one name")
    }

    @Test("The command line shows every metric that is counted, once")
    func shown() throws {
        let list = try #require(
            SourceTree.shipped.first { $0.path.hasSuffix("/CountedMetric.swift") })
        let shown = list.text.matches(of: /case \w+ = "(\w+)"/).map { String($0.output.1) }
        #expect(Set(shown) == Self.metrics)
        #expect(Set(shown).count == shown.count)
    }

    @Test(
        "OPERATIONS.md explains every metric",
        .enabled(
            if: FileManager.default.fileExists(
                atPath: Repository.root.appending(path: "OPERATIONS.md").path)))
    func operations() throws {
        let text = try Repository.text("OPERATIONS.md")
        for name in Self.metrics {
            #expect(text.contains("`\(name)`"), "\(name) is not explained")
        }
    }

    @Test("Every file that CONTRIBUTING.md names is there")
    func pointers() throws {
        let text = try Repository.text("CONTRIBUTING.md")
        let named = Set(text.matches(of: /`([\w\/+.-]+\.(?:swift|tf|hcl|py))`/).map(\.output.1))
        #expect(named.count > 25)
        let paths = SourceTree.all.map { "/\($0.path)" }
        for name in named {
            #expect(paths.contains { $0.hasSuffix("/\(name)") }, "\(name)")
        }
    }

    @Test("Everything that is deployed is built, and everything built has a folder")
    func functions() throws {
        let package = try Repository.text("Package.swift")
        let list = try #require(
            package.firstMatch(of: /let functions: [^=]*= \[\n((?s:.*?))\n\]/)?.output.1)
        let built = Set(list.matches(of: /"([^"]+)": \[/).map { String($0.output.1) })
        #expect(built == SourceTree.functions.subtracting(["ses-mail"]))
        #expect(Set(try Deployment.environments().keys).subtracting(built) == [])
    }
}

/// What Terraform's map of functions says.
private enum Deployment {
    /// The variables of each function, without those that all of them have.
    static func environments() throws -> [String: Set<String>] {
        let locals = try Repository.text("terraform/modules/ses-mail/locals.tf")
        let start = try #require(locals.range(of: "\n  functions = {\n")?.upperBound)
        let end = try #require(
            locals.range(of: "\n  }\n", range: start..<locals.endIndex)?.lowerBound)
        // The router's, where there is a canary, and the digest's, which are in files of their own.
        let canary = try Repository.text("terraform/modules/ses-mail/canary.tf")
        let added = try #require(
            canary.firstMatch(of: /canary_environment = [^{]*\{\} : \{([^}]*)\}/)?.output.1)
        let digest = try Repository.text("terraform/modules/ses-mail/digest.tf")
        let ofDigest = try #require(
            digest.firstMatch(of: /digest_environment = \{([^}]*)\}/)?.output.1)
        var environments: [String: Set<String>] = [:]
        for entry in locals[start..<end].components(separatedBy: "\n    }") {
            guard let name = entry.firstMatch(of: /(?m)^    ([a-z-]+) = \{/)?.output.1 else {
                continue
            }
            let block = entry.firstMatch(of: /environment = \{([^}]*)\}/)?.output.1 ?? ""
            environments[String(name)] = variables(in: block)
        }
        environments["router-enrichment"]?.formUnion(variables(in: added))
        environments["digest"]?.formUnion(variables(in: ofDigest))
        return environments
    }

    private static func variables(in block: Substring) -> Set<String> {
        Set(block.matches(of: /(?m)^ +([A-Z][A-Z0-9_]*) +=/).map { String($0.output.1) })
    }
}
