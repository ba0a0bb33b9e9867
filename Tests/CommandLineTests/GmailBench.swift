import Foundation
import HTTP
import JSON
import Synchronization
import TestSupport
import Text

/// Parameter Store, Google's token endpoint and Gmail, as far as `ses-mail gmail` sees them.
struct GmailBench {
    static let shared = "/ses-mail/test/gmail-token"
    static let own = "\(shared)/me_40gmail.com"
    static let insert = "https://www.googleapis.com/auth/gmail.insert"
    static let code = "4/0SECRET-code"
    static let granted = grant()

    let google = FakeGoogle()
    let server: LoopbackServer
    let folder: ScratchFolder
    /// The option that names a client's file.
    let client: [String]

    /// - Parameter shared: what is in the shared parameter; Terraform puts `{}` there.
    init(shared: String? = "{}") throws {
        server = try LoopbackServer { [google] request in google.answer(request) }
        folder = try ScratchFolder()
        client = ["--client", try folder.file("client_secret.json", GmailBench.clientFile)]
        if let shared { google.put(GmailBench.shared, shared) }
    }

    var environment: [String: String] {
        ConventionTests.keys.merging([
            "SES_MAIL_ENV": "test", "AWS_ENDPOINT_URL": server.url, "AWS_MAX_ATTEMPTS": "2",
            "GMAIL_ENDPOINT_URL": server.url, "GOOGLE_TOKEN_ENDPOINT_URL": "\(server.url)/token",
            "GOOGLE_AUTHORIZATION_ENDPOINT_URL": "https://accounts.example/auth",
        ]) { $1 }
    }

    func run(_ arguments: [String], input: String = "") throws -> CommandRun {
        try CommandRun(["gmail"] + arguments, environment: environment, input: input)
    }

    /// Runs `authorize` up to where a person is asked.
    func ask(
        _ arguments: [String] = [], more: [String: String] = [:]
    ) throws -> ConsentRun {
        try ConsentRun(
            ["gmail", "authorize"] + arguments, environment: environment.merging(more) { $1 })
    }

    /// What the token endpoint gives for a code or a refresh token.
    static func grant(_ more: String = #""refresh_token": "SECRET-new", "#, scope: String = insert)
        -> Answer
    {
        Answer(
            200, [],
            #"{"access_token": "SECRET-access", "expires_in": 3599, \#(more)"scope": "\#(scope)"}"#)
    }

    static func refusal(_ status: Int, _ error: String) -> Answer {
        Answer(status, [], #"{"error": "\#(error)", "error_description": "words of Google's"}"#)
    }

    /// A file as google-auth writes it.
    static func token(
        refresh: String = "SECRET-old", account: String = "", scopes: String = insert
    ) -> String {
        #"{"token": "SECRET-stale", "refresh_token": "\#(refresh)", "token_uri": "http://evil/", "#
            + #""client_id": "id.apps", "client_secret": "SECRET-client", "#
            + #""scopes": ["\#(scopes)"], "account": "\#(account)", "kept": 1, "#
            + #""expiry": "2020-01-01T00:00:00Z"}"#
    }

    static let clientFile = """
        {"installed": {"client_id": "new.apps", "project_id": "p", "auth_uri": "http://evil/", \
        "token_uri": "http://evil/", "client_secret": "SECRET-installed", \
        "redirect_uris": ["http://localhost"]}}
        """
}

/// What is in Parameter Store, and what Google says and hears.
final class FakeGoogle: Sendable {
    struct Content {
        var parameters: [String: (value: String, version: Int)] = [:]
        var token = GmailBench.granted
        var gmail = Answer(200, [], #"{"id": "18c"}"#)
        /// What SSM answers instead of doing as it is asked, by operation.
        var refusals: [String: Answer] = [:]
        /// Forms that the token endpoint was sent.
        var forms: [[String: String]] = []
        /// What was asked of SSM, in order.
        var operations: [String] = []
        /// Rows of the routing table.
        var rules: [JSONValue] = []
        /// Messages in the forwarder's dead-letter queue.
        var deadLetters = 0
        /// What came to be imported.
        var imports: [ReceivedRequest] = []
        var duringRefresh: (@Sendable (FakeGoogle) -> Void)?
    }

    private let content = Mutex(Content())

    func change(_ change: (inout sending Content) -> Void) {
        content.withLock { change(&$0) }
    }

    var forms: [[String: String]] { content.withLock { $0.forms } }
    var operations: [String] { content.withLock { $0.operations } }
    var imports: [ReceivedRequest] { content.withLock { $0.imports } }

    func put(_ name: String, _ value: String) {
        content.withLock { content in
            let version = (content.parameters[name]?.version ?? 0) + 1
            content.parameters[name] = (value, version)
        }
    }

    func value(_ name: String) -> JSONValue? {
        let text = content.withLock { $0.parameters[name]?.value }
        return text.flatMap { try? JSONValue(parsing: Array($0.utf8)) }
    }

    func version(_ name: String) -> Int? { content.withLock { $0.parameters[name]?.version } }

    func answer(_ request: ReceivedRequest) -> Answer {
        if request.target == "/token" {
            let (answer, duringRefresh) = content.withLock { content in
                content.forms.append(Self.form(request.bodyText))
                return (content.token, content.duringRefresh)
            }
            duringRefresh?(self)
            return answer
        }
        if request.target.hasPrefix("/upload/gmail/") {
            return content.withLock { content in
                content.imports.append(request)
                return content.gmail
            }
        }
        let operation = request.header("X-Amz-Target")?.split(separator: ".").last ?? ""
        let asked = try? JSONValue(parsing: request.body)
        let refusal = content.withLock { content in
            content.operations.append(String(operation))
            return content.refusals[String(operation)]
        }
        return refusal ?? answer(String(operation), asked ?? .null)
    }

    private func answer(_ operation: String, _ asked: JSONValue) -> Answer {
        let name = asked["Name"]?.string ?? ""
        switch operation {
        case "GetParameter":
            guard let found = content.withLock({ $0.parameters[name] }) else {
                return Answer(400, [], #"{"__type": "ParameterNotFound"}"#)
            }
            return json(["Parameter": Self.document(name, found)])
        case "GetParametersByPath":
            let path = "\(asked["Path"]?.string ?? "")/"
            let found = content.withLock { $0.parameters.filter { $0.key.hasPrefix(path) } }
            return json(["Parameters": .array(found.map { Self.document($0.key, $0.value) })])
        case "PutParameter":
            guard asked["Overwrite"] == true, asked["Type"] == "SecureString",
                asked["Tags"] == nil
            else { return Answer(400, [], #"{"__type": "ValidationException"}"#) }
            put(name, asked["Value"]?.string ?? "")
            return json(["Version": .integer(version(name) ?? 0)])
        case "GetQueueUrl":
            return json(["QueueUrl": .string("https://sqs/1/\(asked["QueueName"]?.string ?? "")")])
        case "GetQueueAttributes":
            let isDead =
                asked["QueueUrl"]?.string?.hasSuffix("/ses-gmail-forwarder-dlq-test") == true
            let count = content.withLock { isDead ? $0.deadLetters : 0 }
            return json([
                "Attributes": [
                    "QueueArn": .string(isDead ? "arn:dead" : "arn:work"),
                    "ApproximateNumberOfMessages": .string("\(count)"),
                    "ApproximateNumberOfMessagesNotVisible": "0",
                    "ApproximateNumberOfMessagesDelayed": "0",
                ]
            ])
        case "StartMessageMoveTask":
            let isRight = asked["SourceArn"] == "arn:dead" && asked["DestinationArn"] == "arn:work"
            guard isRight else { return Answer(400, [], #"{"__type": "ValidationException"}"#) }
            return json(["TaskHandle": "ours"])
        case "ListMessageMoveTasks":
            return content.withLock { content in
                let isStarted = content.operations.contains("StartMessageMoveTask")
                guard isStarted else { return json(["Results": .array([])]) }
                let moved = content.deadLetters
                content.deadLetters = 0
                return json([
                    "Results": [
                        [
                            "TaskHandle": "ours", "Status": "COMPLETED", "StartedTimestamp": 1,
                            "ApproximateNumberOfMessagesMoved": .integer(moved),
                        ]
                    ]
                ])
            }
        case "Scan": return json(["Items": .array(content.withLock { $0.rules })])
        default: return Answer(500)
        }
    }

    private func json(_ value: JSONValue) -> Answer { Answer(200, [], value.bytes) }

    private static func document(_ name: String, _ found: (value: String, version: Int))
        -> JSONValue
    {
        [
            "Name": .string(name), "Value": .string(found.value),
            "Version": .integer(found.version), "LastModifiedDate": .number("1737194400.125"),
        ]
    }

    static func form(_ text: String) -> [String: String] {
        let pairs = text.split(separator: "&").map { pair in
            pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                .map { PercentEncoding.decode(String($0)) }
        }
        return Dictionary(pairs.map { ($0[0], $0.count > 1 ? $0[1] : "") }) { $1 }
    }
}
