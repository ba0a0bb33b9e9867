internal import Foundation
internal import HTTP
internal import JSON
internal import TestSupport
internal import Text

/// AWS and Google, each as far as the functions use it.
extension CloudDouble.Content {
    mutating func service(
        _ request: ReceivedRequest, _ path: String, _ table: TableDouble
    ) -> Answer? {
        let target = request.header("X-Amz-Target") ?? ""
        let operation = String(target.drop { $0 != "." }.dropFirst())
        let service: String
        switch path {
        case "/" where target.hasPrefix("DynamoDB_"): service = "DynamoDB"
        case "/" where target.hasPrefix("AmazonSSM."): service = "SSM"
        case "/v2/email/outbound-emails": service = "SES"
        case "/" where otherService != nil: service = "other"
        case "/token": service = "Google"
        case _ where path.hasPrefix("/upload/"): service = "Gmail"
        default: service = "S3"
        }
        let what = service == "S3" ? "\(request.method) \(path.dropFirst())" : operation
        let call = what.isEmpty ? service : "\(service) \(what)"
        calls.append(call)
        if refused.contains(call) {
            return Answer(400, [], #"{"__type":"AccessDeniedException","message":"no"}"#)
        }
        if hanging.contains(service) { return nil }
        if proxied.contains(service) { return Answer(200, [], "<html>Welcome</html>") }
        if throttled.contains(service) { return Answer(503, ["Retry-After: 1"]) }
        let input = (try? JSONValue(parsing: request.body)) ?? .null
        switch service {
        case "DynamoDB":
            return table.answer(operation, input).map { Answer($0.status, [], $0.body) }
        case "SSM": return parameter(operation, input)
        case "SES":
            reports.append(input)
            return Answer(200, [], #"{"MessageId":"ses-\#(reports.count)"}"#)
        case "Google" where isConsentGone: return Answer(400, [], #"{"error":"invalid_grant"}"#)
        case "Google":
            return Answer(200, [], #"{"access_token":"access-1","expires_in":3599}"#)
        case "Gmail": return upload(request, path)
        case "other": return otherService?(request)
        default: return object(request, String(path.dropFirst()))
        }
    }

    private mutating func object(_ request: ReceivedRequest, _ name: String) -> Answer {
        if request.method == "DELETE" {
            objects[name] = nil
            return Answer(204)
        }
        if forbidden.contains("S3") {
            return Answer(403, [], "<Error><Code>AccessDenied</Code><Message>no</Message></Error>")
        }
        guard let object = objects[name] else {
            return Answer(404, [], "<Error><Code>NoSuchKey</Code><Message>none</Message></Error>")
        }
        guard let range = request.header("Range") else { return Answer(200, [], object) }
        let last = Int(range.dropFirst("bytes=0-".count)) ?? 0
        return Answer(206, [], Array(object.prefix(last + 1)))
    }

    /// Parameter Store, which refuses names that it does not allow.
    private mutating func parameter(_ operation: String, _ input: JSONValue) -> Answer {
        let name = input["Name"]?.string ?? ""
        let isAllowed = name.utf8.allSatisfy { byte in
            let character = Character(Unicode.Scalar(byte))
            return character.isASCII
                && (character.isLetter || character.isNumber || "_.-/".contains(character))
        }
        guard isAllowed else { return Answer(400, [], #"{"__type":"ValidationException"}"#) }
        if operation == "PutParameter" {
            parameters[name] = input["Value"]?.string
            parameterVersions[name, default: 1] += 1 + skippedVersions
        }
        guard let value = parameters[name] else {
            return Answer(400, [], #"{"__type":"ParameterNotFound"}"#)
        }
        let version = JSONValue.integer(parameterVersions[name] ?? 1)
        let answer: JSONValue = [
            "Version": version, "Parameter": ["Value": .string(value), "Version": version],
        ]
        return Answer(200, [], answer.bytes)
    }

    // MARK: Gmail

    private mutating func upload(_ request: ReceivedRequest, _ path: String) -> Answer {
        guard request.header("Authorization") == "Bearer access-1" else { return Answer(401) }
        if let mailbox = sessions[path] {
            return keep(request.body, in: mailbox, "resumable", request)
        }
        let user = path.split(separator: "/").dropFirst(4).first.map(String.init) ?? ""
        let mailbox = user.removingPercentEncoding ?? ""
        if request.target.contains("uploadType=resumable") {
            let session = "/upload/session/\(sessions.count + 1)"
            sessions[session] = mailbox
            return Answer(200, ["Location: http://\(request.header("Host") ?? "")\(session)"])
        }
        guard let mail = CloudDouble.secondPart(request) else {
            return Answer(400, [], #"{"error":{"errors":[{"reason":"invalidArgument"}]}}"#)
        }
        return keep(mail, in: mailbox, "multipart", request)
    }

    private mutating func keep(
        _ mail: [UInt8], in mailbox: String, _ uploadType: String, _ request: ReceivedRequest
    ) -> Answer {
        if let malformed, Data(mail).range(of: Data(malformed.text.utf8)) != nil {
            return malformed.answer
        }
        imports.append(
            .init(mailbox: mailbox, mail: mail, uploadType: uploadType, target: request.target))
        return Answer(200, [], #"{"id":"gmail-\#(imports.count)"}"#)
    }
}

extension CloudDouble {
    /// The second part of a `multipart/related` body (RFC 2046 §5.1), byte for byte; nil where the
    /// body has not exactly two.
    static func secondPart(_ request: ReceivedRequest) -> [UInt8]? {
        let type = request.header("Content-Type") ?? ""
        guard let boundary = type.components(separatedBy: "boundary=").last, type != boundary else {
            return nil
        }
        var body = Data(request.body)
        let opening = Data("--\(boundary)\r\n".utf8)
        let ending = Data("\r\n--\(boundary)--\r\n".utf8)
        guard body.starts(with: opening), body.suffix(ending.count) == ending else { return nil }
        body = body.dropFirst(opening.count).dropLast(ending.count)
        let delimiter = Data("\r\n--\(boundary)\r\n".utf8)
        guard let middle = body.range(of: delimiter) else { return nil }
        let part = body[middle.upperBound...]
        guard let headEnd = part.range(of: Data("\r\n\r\n".utf8)) else { return nil }
        return Array(part[headEnd.upperBound...])
    }
}
