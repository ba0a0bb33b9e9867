import Foundation
import HTTP
import JSON
import TestSupport
import Testing

@testable import ses_mail

/// What `authorize` reads and writes on this machine, and what it looks at before it asks anybody.
@Suite(.waiting)
struct GmailAuthorizeFileTests {
    private let bench: GmailBench
    private var client: [String] { bench.client }
    private var folder: ScratchFolder { bench.folder }

    init() throws {
        bench = try GmailBench()
    }

    @Test(
        "A file that is no Desktop client's is told from one, and nobody is asked",
        arguments: [
            (#"{"web": {"client_id": "i", "client_secret": "SECRET"}}"#, 3, "of the type Desktop"),
            (#"{"installed": {"client_id": "i"}}"#, 1, "it has no client_id and client_secret"),
            (GmailBench.token(), 1, "is not the file of a Desktop client"),
            (#"{"installed": {"client_secret": "SECRET"#, 1, "is not valid JSON. Download"),
            (nil, 4, "cannot be read: No such file"),
        ] as [(String?, Int32, String)])
    func clients(content: String?, status: Int32, words: String) throws {
        defer { bench.server.stop() }
        let path = try content.map { try folder.file("c.json", $0) } ?? folder.path("none")
        let run = try bench.run(["authorize", "--client", path])
        #expect(run.status == status)
        #expect(run.complaint.hasPrefix("ses-mail: "))
        #expect(run.complaint.split(separator: "\n").count == 1)
        #expect(run.complaint.contains(words))
        #expect(!run.complaint.contains("SECRET"))
        #expect(bench.server.connectionCount == 0)
    }

    @Test("Without a client, and without a token that had one, it says what to do")
    func noClient() throws {
        defer { bench.server.stop() }
        let run = try bench.run(["authorize"])
        #expect(run.status == 64)
        #expect(run.complaint.hasPrefix("ses-mail: There is no stored token yet, so its OAuth"))
        #expect(bench.google.operations == ["GetParameter"])
    }

    @Test("Where nothing is deployed, or nothing may be read, nobody consents in vain")
    func unready() throws {
        defer { bench.server.stop() }
        bench.google.change { $0.parameters = [:] }
        let missing = try bench.run(["authorize"] + client)
        #expect(missing.status == 4)
        #expect(
            missing.complaint
                == "ses-mail: There is no parameter /ses-mail/test/gmail-token in eu-west-1. Check "
                + "--env and --region, or deploy with: make apply ENV=test\n")
        bench.google.change {
            $0.refusals["GetParameter"] = Answer(400, [], #"{"__type": "AccessDeniedException"}"#)
        }
        let denied = try bench.run(["authorize"] + client)
        #expect(denied.status == 3)
        #expect(denied.complaint.hasPrefix("ses-mail: AWS refuses SSM.GetParameter"))
    }

    @Test("A saved token is its owner's alone, and no other file is written over")
    func save() throws {
        defer { bench.server.stop() }
        let path = folder.path("token.json")
        let run = try bench.ask(client + ["--save", path])
        _ = try run.browse(run.consented)
        #expect(run.outcome().status == 0)
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        let saved = try JSONValue(parsing: Array(Data(contentsOf: URL(filePath: path))))
        #expect(saved == bench.google.value(GmailBench.shared))
        let again = try bench.run(["authorize", "--save", path] + client)
        #expect(again.status == 1)
        #expect(again.complaint.hasPrefix("ses-mail: The file \(path) exists already"))
        let nowhere = try bench.run(["authorize", "--save", folder.path("no/t.json")] + client)
        #expect(nowhere.status == 1)
        #expect(nowhere.complaint.contains("cannot be written: No such file or directory"))
        #expect(bench.google.forms.count == 1)
    }

    @Test("Where the parameter cannot be written, the saved file says how to go on")
    func saveAlone() throws {
        defer { bench.server.stop() }
        bench.google.change {
            $0.refusals["PutParameter"] = Answer(
                400, [], #"{"__type": "AccessDeniedException", "message": "no"}"#)
        }
        let path = folder.path("token.json")
        let run = try bench.ask(client + ["--save", path, "--mailbox", "me@gmail.com"])
        _ = try run.browse(run.consented)
        let outcome = run.outcome()
        #expect(outcome.status == 3)
        #expect(
            outcome.sentence.hasSuffix(
                "The token is in \(path). Store it with: ses-mail gmail put \(path) --mailbox "
                    + "me@gmail.com"))
        bench.google.change { $0.refusals = [:] }
        let put = try bench.run(["put", path, "--mailbox", "me@gmail.com"])
        #expect(put.status == 0)
        #expect(bench.google.value(GmailBench.own)?["refresh_token"] == "SECRET-new")
    }

    @Test("A browser is opened where there is a display, unless that is not wanted")
    func browser() throws {
        defer { bench.server.stop() }
        let shown = folder.path("shown")
        try folder.program(
            "xdg-open", "#!/bin/sh\necho \"$1\" >\(shown).new\nmv \(shown).new \(shown)\n")
        let path = ["PATH": "\(folder.url.path):/usr/bin:/bin", "DISPLAY": ":0"]
        for (arguments, more, isOpened) in [
            (client, path, true), (client + ["--no-browser"], path, false),
            (client, ["PATH": path["PATH"] ?? ""], false),
            (client, ["PATH": "/nonexistent", "DISPLAY": ":0"], false),
        ] {
            // What was left by the run before.
            try? FileManager.default.removeItem(atPath: shown)
            let run = try bench.ask(arguments, more: more)
            let page = isOpened ? try Self.waitForFile(shown) : nil
            #expect(page == (isOpened ? run.page + "\n" : nil))
            _ = try run.browse(run.consented)
            let outcome = run.outcome()
            #expect(outcome.status == 0)
            #expect(outcome.complaint.hasPrefix("A browser opens") == isOpened)
            #expect(FileManager.default.fileExists(atPath: shown) == isOpened)
        }
    }

    /// What the browser was given, as soon as it is there.
    private static func waitForFile(_ path: String) throws -> String {
        let deadline = Date(timeIntervalSinceNow: 20)
        while !FileManager.default.fileExists(atPath: path) {
            try #require(Date() < deadline, "no browser was opened")
            Thread.sleep(forTimeInterval: 0.01)
        }
        return try String(contentsOfFile: path, encoding: .utf8)
    }

    @Test("The old script passes everything on, and takes the client's file of the folder")
    func script() throws {
        try folder.program("ses-mail", "#!/bin/sh\nprintf '%s\\n' \"$@\"\n")
        let script = try folder.copy(
            Repository.root.appending(path: "scripts/create_refresh_token.py"))
        let empty = try ScratchFolder()
        for (arguments, place, expected) in [
            (["--env", "test"], folder, ["--client", "client_secret.json", "--env", "test"]),
            (["--client", "x"], folder, ["--client", "x"]),
            (["--client=x"], folder, ["--client=x"]), (["--no-browser"], empty, ["--no-browser"]),
        ] {
            let run = try ProgramRun(
                script, arguments, environment: ["PATH": "/usr/bin:/bin"],
                folder: place.url)
            #expect(run.status == 0)
            #expect(
                run.output.split(separator: "\n").map(String.init)
                    == ["gmail", "authorize"] + expected)
        }
    }
}
