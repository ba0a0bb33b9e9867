import Foundation
import TestSupport
import Testing

/// `scripts/ses-mail` in a checkout of its own, with a compiler that only counts.
@Suite(.waiting)
struct BuildScriptTests {
    private let folder: ScratchFolder
    private var root: URL { folder.url }

    init() throws {
        folder = try ScratchFolder()
        try folder.file("Package.swift", "// one\n")
        try folder.file("Sources/ses-mail/A.swift", "// one\n")
        try folder.file("VERSION", Repository.text("VERSION"))
        for script in ["scripts/ses-mail", "scripts/version.sh"] {
            try folder.program(script, Repository.text(script))
        }
        // It builds a program that says how often it was built.
        try folder.program(
            "bin/swift",
            """
            #!/bin/sh
            cd "${0%/bin/swift}"
            echo "compiling $*" | tee -a built
            [ ! -e broken ] || { echo "error: no such thing"; exit 1; }
            mkdir -p .build/release
            printf '#!/bin/sh\\necho "build %s: $*"\\n' "$(wc -l <built)" >.build/release/ses-mail
            chmod +x .build/release/ses-mail
            """)
    }

    private func run(
        _ arguments: [String] = ["rules", "list"], _ more: [String: String] = [:]
    ) throws -> CommandRun {
        let environment = ["PATH": "\(root.path)/bin:/usr/bin:/bin", "HOME": root.path]
        return try CommandRun(
            arguments, environment: environment.merging(more) { $1 },
            program: root.appending(path: "scripts/ses-mail"))
    }

    /// What was complained, without what is said where a build takes its time.
    private func words(_ run: CommandRun) -> String {
        run.complaint.replacing("Building ses-mail; the first time takes some minutes.\n", with: "")
    }

    private func git(_ arguments: String) throws {
        let run = try CommandRun(
            shell: "git -C '\(root.path)' -c user.name=n -c user.email=e \(arguments)",
            environment: ["PATH": "/usr/bin:/bin", "HOME": root.path])
        #expect(run.status == 0, "\(run.complaint)")
    }

    private var version: String {
        get throws {
            let stamp = root.appending(path: ".build/release/ses-mail.version")
            return try String(contentsOf: stamp, encoding: .utf8)
                .split(separator: "\n").last.map(String.init) ?? ""
        }
    }

    @Test("The program is built once, and again when a source has changed, whatever its time says")
    func again() throws {
        #expect(try run().output == "build 1: rules list\n")
        let second = try run()
        #expect(second.output == "build 1: rules list\n")
        #expect(second.complaint.isEmpty)
        try folder.file("Sources/ses-mail/A.swift", "// two\n")
        let old = root.appending(path: "Sources/ses-mail/A.swift").path
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: old)
        let third = try run()
        #expect(third.output == "build 2: rules list\n")
        #expect(words(third).isEmpty)
        try FileManager.default.moveItem(
            atPath: old, toPath: root.appending(path: "Sources/ses-mail/B.swift").path)
        #expect(try run().output == "build 3: rules list\n")
        try folder.file("README.md", "# words\n")
        #expect(try run().output == "build 3: rules list\n")
    }

    @Test("What does not compile is shown, and no older program runs in its place")
    func broken() throws {
        _ = try run()
        try folder.file("Sources/ses-mail/A.swift", "// two\n")
        try folder.file("broken", "")
        for _ in 0..<2 {
            let run = try run()
            #expect(run.status == 1)
            #expect(run.output.isEmpty)
            #expect(words(run).contains("error: no such thing\n"))
            #expect(words(run).hasSuffix("ses-mail could not be built.\n"))
        }
    }

    @Test("The version is what git says; of an archive, what git wrote into it; else unknown")
    func versions() throws {
        _ = try run()
        #expect(try version == "unknown")
        try folder.file("VERSION", "v1.4.0-3-gabcdef0|0123456789abcdef\n")
        _ = try run()
        #expect(try version == "v1.4.0-3-gabcdef0")
        try folder.file("VERSION", "|0123456789abcdef\n")
        _ = try run()
        #expect(try version == "0123456789abcdef")
        try folder.file(".gitignore", "/.build/\n/built\n")
        try git("init -q")
        try git("add .")
        try git("commit -qm one")
        try git("tag v2.0.0")
        _ = try run()
        #expect(try version == "v2.0.0")
        try folder.file("Sources/ses-mail/A.swift", "// two\n")
        _ = try run()
        #expect(try version == "v2.0.0-dirty")
    }

    @Test("git fills the version into an archive")
    func archive() throws {
        try folder.file("VERSION", Repository.text("VERSION"))
        try folder.file(".gitattributes", Repository.text(".gitattributes"))
        try git("init -q")
        try git("add .")
        try git("commit -qm one")
        try git("tag v2.1.0")
        let other = root.appending(path: "unpacked")
        try FileManager.default.createDirectory(at: other, withIntermediateDirectories: true)
        try git("archive HEAD | tar x -C '\(other.path)'")
        let filled = try String(contentsOf: other.appending(path: "VERSION"), encoding: .utf8)
        #expect(filled.hasPrefix("v2.1.0|"))
        #expect(filled.split(separator: "|").last?.count == 41)
    }

    @Test("The program prints the version that lies beside it, or that it is unknown")
    func printed() throws {
        let program = try folder.copy(Repository.products.appending(path: "ses-mail"))
        let unknown = try CommandRun(["--version"], program: program)
        #expect(unknown.status == 0)
        #expect(unknown.output == "unknown (not built by scripts/ses-mail)\n")
        try folder.file("ses-mail.version", "0123\nv1.4.0\n")
        #expect(try CommandRun(["--version"], program: program).output == "v1.4.0\n")
    }

    @Test(
        "The authority of the emulated AWS is trusted for the local deployment, and for it alone",
        arguments: [
            (["rules", "list", "--env", "local"], [:], true),
            (["rules", "list", "--env=local"], [:], true),
            (["rules", "list"], ["SES_MAIL_ENV": "local"], true),
            (["rules", "list", "--env", "test"], ["SES_MAIL_ENV": "local"], false),
            (["rules", "list", "--env=prod"], ["SES_MAIL_ENV": "local"], false),
            (["rules", "list"], ["SES_MAIL_ENV": "test"], false),
            (["rules", "show", "local"], [:], false),
            (["rules", "list", "--env", "local"], ["AWS_CA_BUNDLE": "own"], true),
            (["rules", "list", "--env", "local"], ["SSL_CERT_FILE": "own"], true),
        ] as [([String], [String: String], Bool)])
    func authority(arguments: [String], variables: [String: String], isTrusted: Bool) throws {
        try folder.program("bin/show", "#!/bin/sh\necho \"$SSL_CERT_FILE\"\n")
        let more = variables.merging(["SES_MAIL_PROGRAM": "\(root.path)/bin/show"]) { $1 }
        let before = variables["SSL_CERT_FILE"] ?? ""
        #expect(try run(arguments, more).output == "\(before)\n")
        try folder.file("build/local-cloud/tls/authority.pem", "")
        let file = isTrusted ? "\(root.path)/build/local-cloud/tls/authority.pem" : ""
        #expect(try run(arguments, more).output == "\(file)\n")
        if isTrusted {
            let own = more.merging(["SSL_CERT_FILE": "own", "AWS_ENDPOINT_URL": "x"]) { $1 }
            #expect(try run(arguments, own).output == "own\n")
        }
    }

    @Test("The page of make local is named to the program for that deployment, and for no other")
    func page() throws {
        try folder.program("bin/show", "#!/bin/sh\necho \"$SES_MAIL_PAGE\"\n")
        let more = ["SES_MAIL_PROGRAM": "\(root.path)/bin/show"]
        let local = ["mail", "list", "--env", "local"]
        #expect(try run(local, more).output == "\n")
        try folder.file(
            "build/local-cloud/ready.json",
            "{\n  \"work\": \"/x\",\n  \"page\": \"http://127.0.0.1:8025\"\n}\n")
        #expect(try run(local, more).output == "http://127.0.0.1:8025\n")
        #expect(try run(["mail", "list", "--env", "test"], more).output == "\n")
    }
}
