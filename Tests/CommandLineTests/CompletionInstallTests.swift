import Foundation
import JSON
import TestSupport
import Testing

/// `ses-mail completion install`: where the script goes, and the line that a shell needs beside it.
@Suite(.waiting)
struct CompletionInstallTests {
    private static func run(
        _ home: ScratchFolder, _ arguments: [String] = [], _ more: [String: String] = [:]
    ) throws -> CommandRun {
        try CommandRun(
            ["completion", "install"] + arguments,
            environment: ["HOME": home.url.path].merging(more) { $1 })
    }

    @Test(
        "The script of each shell is in its usual place, the same as it is printed",
        arguments: [
            ("bash", [:], ".local/share/bash-completion/completions/ses-mail"),
            ("zsh", [:], ".local/share/zsh/site-functions/_ses-mail"),
            ("fish", [:], ".config/fish/completions/ses-mail.fish"),
            (
                "bash", ["XDG_DATA_HOME": "relative"],
                ".local/share/bash-completion/completions/ses-mail"
            ),
        ] as [(String, [String: String], String)])
    func places(shell: String, variables: [String: String], place: String) throws {
        let home = try ScratchFolder()
        let run = try Self.run(home, ["--shell", shell], variables)
        #expect(run.status == 0, "\(run.complaint)")
        #expect(run.output.hasPrefix("\(home.path(place)) is written.\n"))
        let script = try String(contentsOfFile: home.path(place), encoding: .utf8)
        let printed = try CommandRun(["--generate-completion-script", shell])
        #expect(script == printed.output)
        let again = try Self.run(home, ["--shell", shell])
        #expect(again.output.hasPrefix("\(home.path(place)) is up to date.\n"))
    }

    @Test("The shell's variables move the place, and SHELL names the shell")
    func variables() throws {
        let home = try ScratchFolder()
        let data = try Self.run(
            home, [], ["SHELL": "/usr/bin/bash", "XDG_DATA_HOME": home.path("data")])
        #expect(
            data.output.hasPrefix(home.path("data/bash-completion/completions/ses-mail")))
        let own = try Self.run(
            home, [], ["SHELL": "/bin/bash", "BASH_COMPLETION_USER_DIR": home.path("own")])
        #expect(own.output.hasPrefix(home.path("own/completions/ses-mail")))
        for shell in ["", "/bin/dash"] {
            let run = try Self.run(home, [], ["SHELL": shell])
            #expect(run.status == 64)
            #expect(
                run.sentence
                    == "ses-mail: Name the shell: --shell bash, zsh or fish. Nothing was written.")
        }
    }

    @Test("The line that a shell needs is printed, and bash completes by it")
    func lines() throws {
        let home = try ScratchFolder()
        let run = try Self.run(home, ["--shell", "bash", "--json"])
        let document = try JSONValue(parsing: Array(run.output.utf8))
        #expect(document["changed"] == true)
        let line = try #require(document["lines"]?.array?.first?.string)
        #expect(line.hasPrefix("source \(home.url.path)/"))
        let bash = try CommandRun(shell: "\(line) && complete -p ses-mail", environment: [:])
        #expect(bash.status == 0, "\(bash.complaint)")
        #expect(bash.output.contains("ses-mail"))
        let zsh = try Self.run(home, ["--shell", "zsh"])
        #expect(
            zsh.output.contains("add to ~/.zshrc:\n  fpath=(\(home.url.path)/.local/share/zsh/"))
        let fish = try Self.run(home, ["--shell", "fish"])
        #expect(!fish.output.contains("add to"))
    }

    @Test("A place that cannot be written is one sentence")
    func refused() throws {
        let home = try ScratchFolder()
        try home.file(".local", "a file")
        let run = try Self.run(home, ["--shell", "bash"])
        #expect(run.status == 1)
        #expect(run.sentence.contains("cannot be written: Not a directory."))
    }
}
