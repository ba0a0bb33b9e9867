import AWS
import FunctionTestSupport
import HTTP
import JSON
import SMTPCredentials
import TestSupport
import Text

@testable import smtp_credential_manager

/// The table, IAM and KMS on the wire, for one credential: as much of them as its life needs.
final class ManagerWorld: HTTPClient {
    private var table = TableRows(table: TableDouble.name)
    var isUserThere = false
    /// The user's permissions boundary.
    private(set) var boundary: String?
    /// Key to whether it is active.
    var keys: [String: Bool] = [:]
    private(set) var policies: [String: String] = [:]
    /// What was to be encrypted last.
    private(set) var encrypted: String?
    /// The key that was to encrypt it.
    private(set) var encryptionKey: String?
    private var keyCount = 0
    private(set) var operations: [String] = []
    /// What comes instead of an operation's answer; nil stands for no answer.
    var failures: [String: HTTPResponse?] = [:]
    /// Whether what fails is done all the same.
    var isDoneAllTheSame = false

    static let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
    static let password = "BAzbEzGWYFtl2/Y5jYjbyS2pCdLjqoO1eApa0aYnOPqb"

    /// - Parameter more: what John's row holds beside what is always in it.
    init(_ more: TableRows.Row = [:]) {
        table.put(ManagerWorld.row(["status": "pending"]).merging(more) { $1 })
    }

    /// The row's texts; nil where there is no row.
    var row: [String: String]? {
        get { table["SMTP_USER", "USER#john"]?.compactMapValues { $0["S"]?.string } }
        set {
            guard let newValue else { return table.delete("SMTP_USER", "USER#john") }
            table.put(ManagerWorld.row(newValue))
        }
    }

    /// John's row with these texts.
    static func row(_ texts: [String: String]) -> TableRows.Row {
        let fixed: TableRows.Row = [
            "PK": ["S": "SMTP_USER"], "SK": ["S": "USER#john"],
            "allowed_from_addresses": ["L": [["S": "john@example.com"]]],
        ]
        return fixed.merging(texts.mapValues { ["S": .string($0)] }) { old, _ in old }
    }

    func handler(_ output: CapturedOutput) -> StreamHandler {
        let session = AWSSession.fake(self, pacing: FakeTime().pacing)
        let epochSeconds = { 1_700_000_010 }
        let manager = CredentialManager(
            AWSCredentialServices(
                session, table: TableDouble.name, encryptionKey: "alias/k",
                epochSeconds: epochSeconds),
            region: session.region, environmentName: "test", permissionsBoundary: nil,
            pacing: FakeTime().pacing, epochSeconds: epochSeconds)
        return StreamHandler(
            apply: { change throws(CredentialError) in try manager.apply(change) },
            metrics: output.metrics)
    }

    func send(_ request: HTTPRequest) throws(HTTPError) -> HTTPResponse {
        let operation = request.name.operation
        operations.append(operation)
        guard let failure = failures[operation] else { return answer(request) }
        if isDoneAllTheSame { _ = answer(request) }
        guard let failure else { throw .timedOut(request.name) }
        return failure
    }

    private func answer(_ request: HTTPRequest) -> HTTPResponse {
        let body = request.body.bytes ?? []
        guard request.name.service == "IAM" else {
            // What is no JSON is answered like a call without a subject.
            return answer(request.name.operation, (try? JSONValue(parsing: body)) ?? [:])
        }
        let pairs = String(decoding: body, as: UTF8.self).split(separator: "&").map { pair in
            let sides = pair.split(separator: "=", maxSplits: 1)
            return (String(sides[0]), PercentEncoding.decode(String(sides.last ?? "")))
        }
        return answer(
            request.name.operation, Dictionary(pairs, uniquingKeysWith: { $1 }))
    }

    private func answer(_ operation: String, _ input: JSONValue) -> HTTPResponse {
        guard operation == "Encrypt" else { return table.answer(operation, input) }
        let plaintext = Base64.decode(Array((input["Plaintext"]?.string ?? "").utf8))
        encrypted = plaintext.map { String(decoding: $0, as: UTF8.self) }
        encryptionKey = input["KeyId"]?.string
        return HTTPResponse(200, json: #"{"CiphertextBlob":"c2VhbGVk"}"#)
    }

    private func answer(_ operation: String, _ form: [String: String]) -> HTTPResponse {
        let key = form["AccessKeyId"] ?? ""
        func xml(_ text: String) -> HTTPResponse { ManagerWorld.xml(operation, text) }
        switch operation {
        case "GetUser" where !isUserThere, "CreateUser" where isUserThere:
            let code = isUserThere ? "EntityAlreadyExists" : "NoSuchEntity"
            return HTTPResponse(
                status: 404, body: Array("<Error><Code>\(code)</Code></Error>".utf8))
        case "CreateUser", "GetUser":
            isUserThere = true
            boundary = form["PermissionsBoundary"] ?? boundary
            return xml(
                "<UserName>\(form["UserName"] ?? "")</UserName><Arn>arn</Arn><Tags><member>"
                    + "<Key>ses-mail:username</Key><Value>john</Value></member><member>"
                    + "<Key>Environment</Key><Value>test</Value></member></Tags>"
                    + (boundary.map {
                        "<PermissionsBoundaryArn>\($0)</PermissionsBoundaryArn>"
                    } ?? ""))
        case "PutUserPermissionsBoundary": boundary = form["PermissionsBoundary"]
        case "CreateAccessKey":
            keyCount += 1
            keys["AKIA\(keyCount)"] = true
            return xml(
                "<AccessKeyId>AKIA\(keyCount)</AccessKeyId>"
                    + "<SecretAccessKey>\(ManagerWorld.secret)</SecretAccessKey>")
        case "UpdateAccessKey": keys[key] = form["Status"] == "Active"
        case "DeleteAccessKey": keys[key] = nil
        case "PutUserPolicy": policies[form["PolicyName"] ?? ""] = form["PolicyDocument"]
        case "DeleteUserPolicy": policies[form["PolicyName"] ?? ""] = nil
        case "GetUserPolicy":
            let document = policies[form["PolicyName"] ?? ""] ?? ""
            return xml("<PolicyDocument>\(PercentEncoding.encode(document))</PolicyDocument>")
        case "ListUserPolicies":
            return xml(policies.keys.sorted().map { "<member>\($0)</member>" }.joined())
        case "ListAccessKeys":
            return xml(
                keys.sorted { $0.key < $1.key }.map {
                    "<member><AccessKeyId>\($0.key)</AccessKeyId>"
                        + "<Status>\($0.value ? "Active" : "Inactive")</Status></member>"
                }.joined())
        case "DeleteUser": isUserThere = false
        default: break
        }
        return xml("")
    }

    private static func xml(_ operation: String, _ result: String) -> HTTPResponse {
        HTTPResponse(
            status: 200,
            body: Array(
                "<\(operation)Response><\(operation)Result>\(result)</\(operation)Result>".utf8)
                + Array("</\(operation)Response>".utf8))
    }
}
