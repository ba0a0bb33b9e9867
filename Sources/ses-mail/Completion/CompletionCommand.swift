internal import ArgumentParser
internal import JSON
internal import Process
internal import Text

/// Commands about the completion of commands by a shell.
struct CompletionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completion", abstract: "Have your shell complete the commands.",
        // It is needed once, and the first help fits on one page.
        shouldDisplay: false, subcommands: [CompletionInstall.self])
}

/// Writes the completion script to the place where the shell looks for it.
struct CompletionInstall: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "install", abstract: "Write the completion script where your shell looks.",
        discussion: """
            The script is written to the shell's usual folder for one user, in the place of an \
            older one. Where a line in the shell's own file is needed too, it is printed; you add \
            it yourself. Run this again after an upgrade.
            """)

    @Option(help: "bash, zsh or fish (where it is not given, that of SHELL).")
    var shell: CompletionPlace?
    @OptionGroup var options: CommonOptions

    func run() throws {
        let output = Output(options.json ? .json : .text)
        let place = try chosen()
        let path = try place.path()
        let script = Array((SESMail.completionScript(for: place.shell) + "\n").utf8)
        let isNew = try !holds(path, script)
        if isNew { try write(script, to: path) }
        var lines = ["\(path) \(isNew ? "is written" : "is up to date")."]
        if let advice = place.advice(path) {
            lines.append("\(advice.reason), add to \(advice.file):")
            lines += advice.lines.map { "  \($0)" }
        }
        lines.append("Then open another shell.")
        output.answer(
            [
                "shell": place.rawValue.json, "path": path.json, "changed": isNew.json,
                "lines": (place.advice(path)?.lines ?? []).json,
            ], lines.joined(separator: "\n").escaped(keepingLines: true))
    }

    private func chosen() throws(Failure) -> CompletionPlace {
        if let shell { return shell }
        let program = Variable.value("SHELL")?.split(separator: "/").last.map(String.init)
        guard let place = program.flatMap(CompletionPlace.init) else {
            throw Failure(
                .usage, "Name the shell: --shell bash, zsh or fish. Nothing was written.")
        }
        return place
    }

    private func holds(_ path: String, _ script: [UInt8]) throws -> Bool {
        guard !FileSystem.isMissing(path) else { return false }
        return try TextFile.bytes(path: path) == script
    }

    private func write(_ script: [UInt8], to path: String) throws(Failure) {
        do throws(SystemError) {
            try FileSystem.makeFolders(FileSystem.folder(of: path))
            try FileSystem.replace(path, by: script)
        } catch {
            throw Failure(.failed, "The file \(path) cannot be written: \(error).")
        }
    }
}

/// A shell, and the place of a user's own completion scripts for it.
enum CompletionPlace: String, ExpressibleByArgument, CaseIterable {
    case bash
    case zsh
    case fish

    /// Lines that the shell's own file may need.
    struct Advice: Equatable {
        let reason: String
        let file: String
        let lines: [String]
    }

    var shell: CompletionShell {
        switch self {
        case .bash: .bash
        case .zsh: .zsh
        case .fish: .fish
        }
    }

    /// The path of the script
    /// (https://github.com/scop/bash-completion#faq,
    /// https://fishshell.com/docs/current/completions.html).
    func path() throws(Failure) -> String {
        guard let home = Variable.value("HOME") else {
            throw Failure(.usage, "HOME is not set, so there is no place for the script.")
        }
        // A relative path is no place for a file that is to be found from everywhere.
        func folder(_ name: String) -> String? {
            Variable.value(name).flatMap { $0.hasPrefix("/") ? $0 : nil }
        }
        let data = folder("XDG_DATA_HOME") ?? "\(home)/.local/share"
        switch self {
        case .bash:
            return (folder("BASH_COMPLETION_USER_DIR") ?? "\(data)/bash-completion")
                + "/completions/ses-mail"
        case .zsh: return "\(data)/zsh/site-functions/_ses-mail"
        case .fish:
            return (folder("XDG_CONFIG_HOME") ?? "\(home)/.config")
                + "/fish/completions/ses-mail.fish"
        }
    }

    /// nil where the shell finds the script by itself.
    func advice(_ path: String) -> Advice? {
        switch self {
        case .bash:
            Advice(
                reason: "Where the package bash-completion is not installed",
                file: "~/.bashrc", lines: ["source \(path.shellWord)"])
        case .zsh:
            Advice(
                reason: "Unless its folder is in fpath already", file: "~/.zshrc",
                lines: [
                    "fpath=(\(FileSystem.folder(of: path).shellWord) $fpath)",
                    "autoload -Uz compinit && compinit",
                ])
        case .fish: nil
        }
    }
}
