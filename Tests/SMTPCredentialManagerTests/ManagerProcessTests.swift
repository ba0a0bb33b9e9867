import Foundation
import FunctionTestSupport
import HTTP
import JSON
import Synchronization
import TestSupport
import Testing

@testable import smtp_credential_manager

/// The credential manager as a process, from its environment to its exit status.
@Suite(.waiting)
struct ManagerProcessTests {
    /// IAM and KMS, which the process reaches over HTTP.
    private final class Services: Sendable {
        private let world = Mutex(ManagerWorld())
        private let seen = Mutex<[(service: String, region: String)]>([])

        /// The regions that calls were signed for, by service.
        var regions: [String: Set<String>] {
            seen.withLock { Dictionary(grouping: $0, by: \.service) }
                .mapValues { Set($0.map(\.region)) }
        }

        func look<Answer: Sendable>(_ look: (ManagerWorld) -> Answer) -> Answer {
            world.withLock { look($0) }
        }

        func answer(_ request: ReceivedRequest) -> Answer {
            let scope = (request.header("Authorization") ?? "").split(separator: "/")
            seen.withLock { $0.append((String(scope[3]), String(scope[2]))) }
            let target = request.header("X-Amz-Target")
            let action = request.bodyText.prefix { $0 != "&" }.dropFirst("Action=".count)
            let name =
                target.map { CallName("KMS", String($0.drop { $0 != "." }.dropFirst())) }
                ?? CallName("IAM", String(action))
            let request = HTTPRequest(.post, "/", body: HTTPBody(request.body), name: name)
            return world.withLock { world in
                // No failures are set, so that each call is answered.
                let response = try? world.send(request)
                return Answer(response?.status ?? 500, [], response?.body ?? [])
            }
        }
    }

    private func cloud(_ services: Services) throws -> CloudDouble {
        try CloudDouble(rows: [
            .object(ManagerWorld.row(["status": "pending"]).map { .init($0.key, $0.value) })
        ]) {
            $0.events = [.init(SampleChange.event(SampleChange.record()))]
            $0.otherService = { services.answer($0) }
        }
    }

    @Test("A row becomes a credential of the function's region, under the environment's key")
    func provisions() throws {
        let services = Services()
        let cloud = try cloud(services)
        let run = try FunctionRun(
            "smtp-credential-manager", in: cloud, variables: ["AWS_REGION": "ap-southeast-2"])
        #expect(run.status == 0)
        #expect(cloud.now.kinds == ["response"])
        #expect(cloud.now.replies.first?.body == ["batchItemFailures": []])
        let row = try #require(cloud.table.row("SMTP_USER", "USER#john"))
        #expect(row["status"] == ["S": "active"])
        #expect(row["iam_user_name"] == ["S": "ses-smtp-user-john-1700000000"])
        #expect(row["access_key_id"] == ["S": "AKIA1"])
        // The password is derived for one region and is of no use in another.
        #expect(
            services.look(\.encrypted)
                == #"{"access_key_id":"AKIA1","smtp_password":"\#(ManagerWorld.password)"}"#)
        #expect(services.look(\.encryptionKey) == "alias/ses-mail-smtp-credentials-test")
        #expect(services.regions == ["kms": ["ap-southeast-2"], "iam": ["us-east-1"]])
        #expect(run.output.counts == ["SMTPCredentialCreations": 1])
        #expect(run.output.lines.count == 2)
    }

    @Test("Another region gives another password, and another key can be named")
    func otherKey() throws {
        let services = Services()
        let run = try FunctionRun(
            "smtp-credential-manager", in: try cloud(services),
            variables: ["AWS_REGION": "eu-west-1", "SMTP_CREDENTIALS_KEY": "alias/mine"])
        #expect(run.status == 0)
        #expect(services.look(\.encryptionKey) == "alias/mine")
        #expect(services.look(\.encrypted)?.contains("AKIA1") == true)
        #expect(services.look(\.encrypted)?.contains(ManagerWorld.password) == false)
    }

    private static let boundary = "arn:aws:iam::1:policy/ses-mail-smtp-boundary-test"

    @Test("A user is made under the permissions boundary that the function is given, or under none")
    func boundary() throws {
        for given in [Self.boundary, nil] {
            let services = Services()
            let run = try FunctionRun(
                "smtp-credential-manager", in: try cloud(services),
                variables: ["SMTP_PERMISSIONS_BOUNDARY": given])
            #expect(run.status == 0)
            #expect(services.look(\.boundary) == given)
            #expect(services.look(\.keys).count == 1)
            // One call made it so: at no moment was the user without.
            #expect(!services.look(\.operations).contains("PutUserPermissionsBoundary"))
        }
    }

    @Test(
        "A boundary that is no policy's ARN ends the start, and the error names the variable",
        arguments: ["ses-mail-smtp-boundary-test", "arn:aws:iam::1:user/x", "arn:aws:s3:::policy/"])
    func wrongBoundary(arn: String) throws {
        let cloud = try CloudDouble { $0.events = [] }
        let run = try FunctionRun(
            "smtp-credential-manager", in: cloud, variables: ["SMTP_PERMISSIONS_BOUNDARY": arn])
        #expect(run.status > 0)
        #expect(cloud.now.calls == ["init/error"])
        let message = cloud.now.replies.first?.body["errorMessage"]?.string
        #expect(
            message == "the environment variable SMTP_PERMISSIONS_BOUNDARY is \"\(arn)\", not the "
                + "ARN of an IAM policy")
    }

    @Test("The row's times are written in UTC, as RFC 3339 has them")
    func times() throws {
        let start = Date()
        let cloud = try cloud(Services())
        let run = try FunctionRun(
            "smtp-credential-manager", in: cloud, variables: ["TZ": "HST10"])
        #expect(run.status == 0)
        let row = try #require(cloud.table.row("SMTP_USER", "USER#john"))
        for name in ["created_at", "updated_at"] {
            let written = try #require(row[name]?["S"]?.string)
            #expect(Moments(since: start).masked(written) == "2025-01-18T10:00:00Z", "\(written)")
        }
    }

    @Test(
        "A missing variable is named to Lambda before any other call, and the process fails",
        arguments: [
            "DYNAMODB_TABLE_NAME", "ENVIRONMENT", "AWS_REGION", "AWS_ACCESS_KEY_ID",
            "AWS_SECRET_ACCESS_KEY",
        ])
    func missingVariable(name: String) throws {
        let cloud = try CloudDouble { $0.events = [] }
        let run = try FunctionRun("smtp-credential-manager", in: cloud, variables: [name: nil])
        #expect(run.status > 0)
        let now = cloud.now
        #expect(now.calls == ["init/error"])
        #expect(now.replies.first?.errorType == "Runtime.InitError")
        #expect(now.replies.first?.body["errorMessage"]?.string?.contains(name) == true)
        #expect(run.output.lines.contains { $0.contains(name) })
    }
}
