internal import Foundation
internal import HTTP
internal import JSON

/// One emulated AWS for all tests of this process: applied once, copied for each test, and ended
/// with the process, whose end closes its standard input.
package final class LocalCloud: Sendable {
    /// Started by the first test that asks for it.
    package static let shared = Result { try LocalCloud() }

    private let control: String
    private let startedAt: Date
    /// Kept open: `local-cloud` ends when its standard input does.
    private let input = Pipe()

    /// The variables that name the ready file of a world which is up, and when it was begun:
    /// `scripts/test-swift.sh` starts it beside the build.
    private static let variables = (
        readyFile: "SES_MAIL_TEST_WORLD", startedAt: "SES_MAIL_TEST_WORLD_STARTED"
    )

    private static let functions = [
        "router-enrichment", "gmail-forwarder", "bouncer", "smtp-credential-manager", "digest",
    ]

    private init() throws {
        let environment = ProcessInfo.processInfo.environment
        let ready: URL
        if let path = environment[LocalCloud.variables.readyFile] {
            ready = URL(filePath: path, relativeTo: Repository.root)
            let seconds = environment[LocalCloud.variables.startedAt].flatMap(Double.init) ?? 0
            startedAt = Date(timeIntervalSince1970: seconds)
        } else {
            startedAt = Date()
            ready = Repository.root.appending(path: "build/end-to-end/ready-\(UUID()).json")
            try LocalCloud.start(telling: ready, input: input)
        }
        let description = try JSONValue(parsing: Array(Data(contentsOf: ready)))
        control = description["control"]?.string ?? ""
    }

    private static func start(telling ready: URL, input: Pipe) throws {
        let root = Repository.root
        for function in functions {
            let zip = root.appending(path: "build/\(function).zip").path
            guard FileManager.default.fileExists(atPath: zip) else {
                throw NotReady(reason: "there is no \(zip); run: make package")
            }
        }
        let work = ready.deletingLastPathComponent()
        try FileManager.default.createDirectory(at: work, withIntermediateDirectories: true)
        let process = Process()
        process.executableURL = root.appending(path: "scripts/local-cloud")
        process.arguments = [
            "up", "--port", "0", "--work-dir", work.path, "--ready-file", ready.path,
            "--end-with-input",
        ]
        process.standardInput = input
        try process.run()
        // An apply takes about 90 s, most of it pauses of the provider.
        let deadline = Date(timeIntervalSinceNow: 600)
        while !FileManager.default.fileExists(atPath: ready.path) {
            guard process.isRunning, Date() < deadline else {
                throw NotReady(reason: "local-cloud did not come up; its words are above")
            }
            Thread.sleep(forTimeInterval: 0.2)
        }
    }

    /// A copy of the deployed world that nobody else uses. Only copies are in a hurry: the one they
    /// are made of would be days ahead before long.
    package func world() throws -> World {
        let answer = try World(control: control, endpoint: "", startedAt: startedAt)
            .post("fork", ["timeScale": 60])
        guard let control = answer["control"]?.string, let endpoint = answer["endpoint"]?.string
        else { throw NotReady(reason: "no copy of the world") }
        let world = World(
            control: control, endpoint: endpoint, startedAt: startedAt,
            endpoints: variables(answer["endpointEnvironment"]),
            clock: variables(answer["clockEnvironment"]), end: World.End(control: control))
        // A minute of its clock is a second here, and what a test prints is not to depend on that.
        try world.post("alarms", ["evaluated": false])
        return world
    }

    private func variables(_ object: JSONValue?) -> [String: String] {
        Dictionary(
            (object?.members ?? []).map { ($0.name, $0.value.string ?? "") },
            uniquingKeysWith: { $1 })
    }

    package struct NotReady: Error, CustomStringConvertible {
        let reason: String
        package var description: String { reason }
    }
}
