import HTTP
import JSON
import TestSupport
import Text

/// IAM and KMS, as the credential manager's role may use them.
extension World {
    func identity(_ request: HTTPRequest, _ run: Run, isAnswerLost: Bool) -> HTTPResponse {
        let form = Identities.form(request)
        let name = form["UserName"] ?? ""
        let operation = request.name.operation
        if operation == "CreateUser" { return createUser(name, form, run) }
        guard let user = identities.users[name], user.visibleFrom <= now else {
            if identities.users[name] != nil { run.isDisturbed = true }
            return .xml(404, "NoSuchEntity")
        }
        switch operation {
        case "GetUser": return .xml(operation, user.xml(name))
        case "DeleteUser":
            guard user.keys.isEmpty, user.policies.isEmpty else {
                return .xml(409, "DeleteConflict")
            }
            identities.users[name] = nil
            return .xml(operation)
        case "PutUserPermissionsBoundary":
            guard form["PermissionsBoundary"] == Deployment.boundary else {
                return .xml(403, "AccessDenied")
            }
            identities.users[name]?.boundary = form["PermissionsBoundary"]
            identities.users[name]?.isOlder = false
            return .xml(operation)
        case "ListUserPolicies", "GetUserPolicy", "PutUserPolicy", "DeleteUserPolicy":
            return policy(operation, name, user, form)
        case "CreateAccessKey": return createKey(name, user, run, isAnswerLost)
        default: return key(operation, name, user, form, run)
        }
    }

    private func createUser(_ name: String, _ form: [String: String], _ run: Run) -> HTTPResponse {
        guard form["PermissionsBoundary"] == Deployment.boundary,
            name.hasPrefix("ses-smtp-user-")
        else { return .xml(403, "AccessDenied") }
        guard identities.users[name] == nil else {
            return .xml(409, "EntityAlreadyExists")
        }
        var user = Identities.User()
        user.boundary = form["PermissionsBoundary"]
        var index = 1
        while let key = form["Tags.member.\(index).Key"] {
            user.tags.append((key, form["Tags.member.\(index).Value"] ?? ""))
            index += 1
        }
        user.visibleFrom = now + lateness(run, 1, "the user \(name)")
        identities.users[name] = user
        return .xml("CreateUser", user.xml(name))
    }

    /// The seconds after which a change in IAM is visible.
    private func lateness(_ run: Run, _ which: UInt64, _ what: String) -> Double {
        let key = run.key &+ which << 60
        let call = UInt64(run.callCount)
        guard
            chance.happens(
                .lateness, key, call, probability: plan.latenessRate, "IAM shows \(what) late")
        else { return 0 }
        return [0.3, 2, 7, 20][Int(chance.bits(.delay, key, call) % 4)]
    }

    private func policy(
        _ operation: String, _ name: String, _ user: Identities.User, _ form: [String: String]
    ) -> HTTPResponse {
        let policy = form["PolicyName"] ?? ""
        switch operation {
        case "ListUserPolicies":
            let names = user.policies.keys.sorted().map { "<member>\($0)</member>" }
            return .xml(
                operation,
                "<PolicyNames>\(names.joined())</PolicyNames><IsTruncated>false</IsTruncated>")
        case "GetUserPolicy":
            guard let document = user.policies[policy] else { return .xml(404, "NoSuchEntity") }
            return .xml(
                operation, "<PolicyDocument>\(PercentEncoding.encode(document))</PolicyDocument>")
        case _ where user.boundary != Deployment.boundary: return .xml(403, "AccessDenied")
        case "PutUserPolicy":
            identities.users[name]?.policies[policy] = form["PolicyDocument"]
        default:
            guard user.policies[policy] != nil else { return .xml(404, "NoSuchEntity") }
            identities.users[name]?.policies[policy] = nil
        }
        invariants.check(restrictionOf: name)
        return .xml(operation)
    }

    private func key(
        _ operation: String, _ name: String, _ user: Identities.User, _ form: [String: String],
        _ run: Run
    ) -> HTTPResponse {
        let index = user.keys.firstIndex { $0.id == form["AccessKeyId"] }
        switch operation {
        case "ListAccessKeys":
            if user.keys.contains(where: { $0.visibleFrom > now }) { run.isDisturbed = true }
            let members = user.keys.filter { $0.visibleFrom <= now }.map {
                "<member><AccessKeyId>\($0.id)</AccessKeyId>"
                    + "<Status>\($0.isActive ? "Active" : "Inactive")</Status></member>"
            }
            return .xml(
                operation,
                "<AccessKeyMetadata>\(members.joined())</AccessKeyMetadata>"
                    + "<IsTruncated>false</IsTruncated>")
        case "UpdateAccessKey":
            guard let index else { return .xml(404, "NoSuchEntity") }
            identities.users[name]?.keys[index].isActive = form["Status"] == "Active"
            invariants.check(restrictionOf: name)
        default:
            guard let index else { return .xml(404, "NoSuchEntity") }
            identities.users[name]?.keys.remove(at: index)
        }
        return .xml(operation)
    }

    private func createKey(
        _ name: String, _ user: Identities.User, _ run: Run, _ isAnswerLost: Bool
    ) -> HTTPResponse {
        guard user.keys.count < 2 else { return .xml(409, "LimitExceeded") }
        identities.keyCount += 1
        let lateness = lateness(run, 2, "a key of \(name)")
        let key = Identities.Key(
            id: "AKIA\(identities.keyCount)",
            secret: "\(LogLines.secretMark)/secret/\(identities.keyCount)", maker: run,
            visibleFrom: now + lateness, isLate: lateness > 0)
        identities.users[name]?.keys.append(key)
        invariants.check(restrictionOf: name)
        invariants.checkKey(run, isAnswerLost: isAnswerLost)
        return .xml(
            "CreateAccessKey",
            "<AccessKey><AccessKeyId>\(key.id)</AccessKeyId><Status>Active</Status>"
                + "<SecretAccessKey>\(key.secret)</SecretAccessKey></AccessKey>")
    }

    func encrypt(_ request: HTTPRequest) -> HTTPResponse {
        guard let input = try? JSONValue(parsing: request.body.bytes ?? []),
            let plaintext = input["Plaintext"]?.string.flatMap({ Base64.decode(Array($0.utf8)) }),
            let document = try? JSONValue(parsing: plaintext),
            let id = document["access_key_id"]?.string,
            let password = document["smtp_password"]?.string
        else { return .json(400, "ValidationException") }
        identities.passwords[id] = password
        let answer: JSONValue = ["CiphertextBlob": .string("sealed \(id) \(password)")]
        return HTTPResponse(status: 200, body: answer.bytes)
    }
}

extension HTTPResponse {
    /// A success of IAM's.
    fileprivate static func xml(_ operation: String, _ result: String = "") -> HTTPResponse {
        let text = "<\(operation)Result>\(result)</\(operation)Result>"
        return HTTPResponse(
            status: 200,
            body: Array("<\(operation)Response>\(text)</\(operation)Response>".utf8))
    }
}
