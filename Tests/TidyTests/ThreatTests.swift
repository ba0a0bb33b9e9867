import Foundation
import TestSupport
import Testing

/// What docs/THREATS.md promises, where the text of the sources shows it.
struct ThreatTests {
    private static let document = Result { try Repository.text("docs/THREATS.md") }

    /// The tests that the document names as `File: name`.
    private static func named() throws -> [(file: Substring, name: Substring)] {
        try document.get().matches(of: /`([\w+]+(?:Tests|\.tftest|)): ([^`]+)`/)
            .map { ($0.output.1, $0.output.2) }
    }

    @Test("Every test that THREATS.md names is there")
    func tests() throws {
        let named = try Self.named()
        #expect(named.count > 100)
        for (file, name) in named {
            let (ending, definition) =
                file.hasSuffix(".tftest")
                ? (".hcl", "run \"\(name)\" {")
                : file.hasPrefix("test_") ? (".py", "def \(name)(") : (".swift", "\"\(name)\"")
            let files = SourceTree.all.filter { $0.path.hasSuffix("/\(file)\(ending)") }
            #expect(files.contains { $0.text.contains(definition) }, "\(file): \(name)")
        }
    }

    @Test("Every stop that THREATS.md describes names a test, or says that there is none")
    func rows() throws {
        let rows = try Self.document.get().split(separator: "\n").filter {
            $0.hasPrefix("| ") && !$0.contains(/\| (shown by|caught by) \|/)
        }
        #expect(rows.count > 70)
        for row in rows {
            #expect(row.contains(/\| (no test|`[\w+.]+: )/), "\(row.prefix(80))")
        }
    }

    @Test("Every file that THREATS.md names is there")
    func files() throws {
        let named = Set(
            try Self.document.get().matches(of: /`([\w+-]+\.(?:swift|tf|py|sh))`/).map(\.output.1))
        #expect(named.count > 10)
        for name in named {
            #expect(SourceTree.all.contains { $0.path.hasSuffix("/\(name)") }, "\(name)")
        }
    }

    /// Put together here, so that this file does not break its own rule.
    private static let switches = [
        "SSL_VERIFY" + "PEER", "SSL_VERIFY" + "HOST", "SSL_CTX_set_" + "verify",
        "SSL_set_" + "verify",
        "SSL_VERIFY_" + "NONE", "X509_STORE_CTX_set_" + "error", "VERIFY" + "STATUS",
    ]

    @Test("The verification of TLS is never turned off")
    func verification() throws {
        let shims = try ["CCurl", "COpenSSL"].map { try Repository.text("Sources/\($0)/shim.h") }
        let texts = SourceTree.shipped.map { ($0.path, $0.text) } + shims.map { ("shim.h", $0) }
        for (path, text) in texts {
            for name in Self.switches { #expect(!text.contains(name), "\(name) in \(path)") }
        }
    }

    @Test("The Google token is in no plan and no state")
    func token() throws {
        let terraform = SourceTree.all.filter { $0.path.hasSuffix(".tf") }
        #expect(terraform.count > 30)
        for file in terraform {
            // A data source would read the token into the state.
            #expect(!file.text.contains(/data "aws_ssm_parameters?(_by_path)?"/), "\(file.path)")
            #expect(!file.text.contains(/ephemeral "aws_ssm_parameter"/), "\(file.path)")
        }
        let storage = try Repository.text("terraform/modules/ses-mail/storage.tf")
        let block = try #require(
            storage.firstMatch(of: /(?s)resource "aws_ssm_parameter" "gmail_token" \{.*?\n\}/)
        ).output
        #expect(block.contains(/\n  type +=  *"SecureString"/))
        #expect(block.contains(/\n  value_wo +=  *"\{\}"/))
        #expect(!block.contains(/\n  (insecure_)?value +=/))
        #expect(block.contains(/ignore_changes = \[[^\]]*value_wo, value_wo_version\]/))
    }
}
