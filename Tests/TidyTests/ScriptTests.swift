import Foundation
import TestSupport
import Testing

@Suite(.waiting)
struct ScriptTests {
    private static let shell = SourceTree.all.filter { file in
        file.lines.first?.firstMatch(of: /^#!.*\b(bash|sh)\b/) != nil
    }

    @Test("A shell script is short, and stops at the first error")
    func short() {
        #expect(Self.shell.count >= 5)
        for file in Self.shell {
            #expect(file.lines.count <= 60, "\(file.path)")
            let isPlain = file.lines.first?.hasSuffix("/sh") == true
            let stop = isPlain ? "set -eu" : "set -euo pipefail"
            #expect(file.lines.contains(stop), "\(file.path)")
        }
    }

    @Test(
        "shellcheck has nothing to say",
        .enabled(if: shellcheck != nil, "there is no shellcheck"))
    func clean() throws {
        let run = try ProgramRun(
            try #require(Self.shellcheck), Self.shell.map(\.path), folder: Repository.root)
        #expect(run.status == 0, "\(run.output)")
    }

    private static let shellcheck = ["/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"]
        .map { URL(filePath: "\($0)/shellcheck") }
        .first { FileManager.default.isExecutableFile(atPath: $0.path) }
}
