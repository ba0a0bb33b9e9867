import ArgumentParser
import FunctionTestSupport
import TestSupport
import Testing

@testable import ses_mail

/// A command of the command line with arguments that make it ask AWS. All of them are found in the
/// command line's own list, so that a new command is in every test of all.
struct EveryCommand: CustomTestStringConvertible {
    /// Its words and what follows them.
    let arguments: [String]
    var testDescription: String { arguments.joined(separator: " ") }

    /// What each of them is given on its standard input.
    var input: String {
        switch Array(arguments.prefix(2)) {
        case ["rules", "import"]: #"[{"recipient": "*", "action": "store"}]"#
        case ["gmail", "put"]: FunctionRun.tokenFile
        default: EveryCommand.decision
        }
    }

    /// Whether its first call changes something: it makes what must not be there yet, or runs a
    /// function.
    var isMaking: Bool {
        [["rules", "new"], ["smtp", "create"], ["pipeline", "invoke"]].contains(
            Array(arguments.prefix(2)))
    }

    static let all = names.flatMap { name in
        (arguments[name.joined(separator: " ")] ?? [[]]).map { EveryCommand(arguments: name + $0) }
    }

    /// Those that look into the table first.
    static let ofTheTable = all.filter {
        ["rules", "senders", "smtp", "test"].contains($0.arguments[0])
    }

    /// The words of each command that is no group of others.
    static let names = leaves(of: SESMail.self, [])

    private static func leaves(of command: any ParsableCommand.Type, _ words: [String])
        -> [[String]]
    {
        let subcommands = command.configuration.subcommands
        guard !subcommands.isEmpty else { return [words] }
        return subcommands.flatMap { leaves(of: $0, words + [$0._commandName]) }
    }

    /// What follows the words, where anything must or may: a command that needs arguments and is
    /// not here is wrong usage, which no test takes for another failure.
    private static let arguments: [String: [[String]]] = [
        "init": [
            [
                "--domain", "mine.example", "--mailbox", "me@gmail.com", "--terraform-dir",
                "/nonexistent", "--yes", "--dry-run",
            ]
        ],
        "rules show": [["*"]], "rules set": [["a@b.example", "store"]], "rules enable": [["*"]],
        "rules disable": [["*"]], "rules remove": [["*", "--yes"]], "rules explain": [["a@b"]],
        "rules edit": [["*"]], "rules new": [["me@gmail.com", "--domain", "b.example"]],
        "rules prune": [["--yes"]], "rules test": [["/dev/stdin", "--to", "a@b.example"]],
        "rules diff": [["--with", "local"]], "senders block": [["a@b.example"]],
        "senders allow": [["a@b.example"]], "senders remove": [["a@b.example", "--yes"]],
        "rules import": [["-", "--yes"]],
        "smtp show": [["john"]], "smtp create": [["john", "--from", "*"]],
        "smtp disable": [["john"]], "smtp enable": [["john"]], "smtp rotate": [["john"]],
        "smtp allow": [["john", "--from", "*"]], "smtp delete": [["john", "--yes"]],
        "smtp test": [["john", "--to", "me@example.com"]],
        "smtp reconcile": [[], ["--apply", "--yes"]],
        "gmail authorize": [["--no-browser"]], "gmail put": [["/dev/stdin", "--yes"]],
        "gmail test": [[], ["--mailbox", "me@gmail.com"]],
        "doctor": [[], ["--fix", "transaction-search", "--yes"]], "alarms": [[], ["x"]],
        "metrics": [[], ["EmailsAccepted"]],
        "logs": [[], ["--follow"], ["--query", "bouncer-failures"]],
        "queues peek": [["input"]], "queues redrive": [["input", "--yes"]],
        "trace": [["0123"], ["<a@b.example>"], ["a@b.example"]],
        "mail show": [["0123"]], "mail save": [["0123"]], "mail delete": [["0123", "--yes"]],
        "mail export": [["--mbox", "/nowhere/mbox"]], "mail release": [["0123", "--yes"]],
        "replay": [
            ["0123", "--yes"], ["--since", "1h", "--yes"], ["--unrouted", "--yes"],
        ],
        "pipeline send": [["-", "--yes"]], "pipeline invoke": [["bouncer", "-"]],
        "test": [
            [
                "--from", "a@b.example", "--test-domain", "b.example", "--gmail-target",
                "me@gmail.com",
            ]
        ],
        // One asks DNS first, the other Terraform alone; their failures are tested with them.
        "dns check": [], "dns records": [],
        // It asks nobody.
        "completion install": [],
    ]

    /// A routing decision as the router answers it.
    private static let decision = """
        {"originalMessageId": "id", "eventSource": "aws:sqs", "body": "{\\"mail\\": {}}",
        "actions": {"store": {"count": 1, "targets": [{"target": "a@b.example"}]},
        "forward-to-gmail": {"count": 0, "targets": []}, "bounce": {"count": 0, "targets": []}}}
        """
}

/// An error of AWS in the form of the protocol that was asked in.
struct AWSAnswer {
    let code: String
    var message = "no"

    func answer(to request: ReceivedRequest) -> Answer {
        let isForm = request.header("Content-Type")?.contains("x-www-form-urlencoded") == true
        return Answer(
            400, [],
            isForm
                ? "<ErrorResponse><Error><Code>\(code)</Code><Message>\(message)</Message></Error>"
                    + "</ErrorResponse>"
                : #"{"__type": "x#\#(code)", "message": "\#(message)"}"#)
    }
}
