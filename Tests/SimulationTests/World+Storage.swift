import AWS
import FunctionTestSupport
import Glibc
import HTTP
import JSON
import TestSupport

/// The table, the bucket and Parameter Store.
extension World {
    func database(_ request: HTTPRequest, _ run: Run, isAnswerLost: Bool) -> HTTPResponse {
        let operation = request.name.operation
        guard let input = try? JSONValue(parsing: request.body.bytes ?? []) else {
            return .json(400, "SerializationException")
        }
        let keys = writtenKeys(input)
        let before = keys.map { table[$0.pk, $0.sk] }
        let response = table.answer(operation, input)
        if response.isSuccess {
            for (key, old) in zip(keys, before) where old != table[key.pk, key.sk] {
                followChange(of: key, from: old)
            }
        }
        if operation == "PutItem", let row = input["Item"] {
            invariants.noteLedger(row, input, response, run, isAnswerLost: isAnswerLost)
        }
        if isRefusalWithoutRow(response, run) {
            return .json(400, "ConditionalCheckFailedException")
        }
        return response
    }

    /// Whether DynamoDB leaves out the row that it refuses a write for.
    private func isRefusalWithoutRow(_ response: HTTPResponse, _ run: Run) -> Bool {
        guard response.status == 400,
            chance.happens(
                .echo, run.key, UInt64(run.callCount), probability: plan.faultRate,
                "a refused write of \(run.function.rawValue) does not show the row")
        else { return false }
        run.isDisturbed = true
        return true
    }

    private func writtenKeys(_ input: JSONValue) -> [TableRows.Key] {
        let writes = input["TransactItems"]?.array?.compactMap { $0.members?.first?.value }
        return (writes ?? [input]).compactMap { write in
            guard let row = write["Item"] ?? write["Key"], let pk = row["PK"]?["S"]?.string,
                let sk = row["SK"]?["S"]?.string
            else { return nil }
            return TableRows.Key(pk, sk)
        }
    }

    /// Changes the table as a person does.
    func edit(_ pk: String, _ sk: String, _ row: TableRows.Row?) {
        let key = TableRows.Key(pk, sk)
        let old = table[pk, sk]
        if let row {
            table.put(row.merging(["PK": ["S": .string(pk)], "SK": ["S": .string(sk)]]) { $1 })
        } else {
            table.delete(pk, sk)
        }
        if old != table[pk, sk] { followChange(of: key, from: old) }
    }

    /// The answer that leaves some keys of a BatchGetItem unread, one at least.
    func partly(_ request: HTTPRequest, _ run: Run) -> HTTPResponse {
        guard let input = try? JSONValue(parsing: request.body.bytes ?? []),
            let keys = input["RequestItems"]?[TableDouble.name]?["Keys"]?.array, !keys.isEmpty
        else { return .json(400, "SerializationException") }
        let bits = chance.bits(.unprocessed, run.key, UInt64(run.callCount))
        let first = Int(bits >> 32) % keys.count
        let isLeft = { (index: Int) in index == first || bits >> (index % 32) & 1 == 1 }
        let left = keys.indices.filter(isLeft).map { keys[$0] }
        let found = keys.indices.filter { !isLeft($0) }.map { keys[$0] }.compactMap { key in
            table[key["PK"]?["S"]?.string ?? "", key["SK"]?["S"]?.string ?? ""]
        }
        let answer: JSONValue = [
            "Responses": [
                TableDouble.name: .array(
                    found.map { .object($0.map { JSONValue.Member($0.key, $0.value) }) })
            ],
            "UnprocessedKeys": [TableDouble.name: ["Keys": .array(left)]],
        ]
        return HTTPResponse(status: 200, body: answer.bytes)
    }

    func storage(_ request: HTTPRequest, _ run: Run) -> HTTPResponse {
        let key = String(request.url.split(separator: "/").dropFirst(2).joined(separator: "/"))
        guard request.name.operation == "GetObject" else {
            if objects[key] != nil { invariants.check(deletionOf: key, run) }
            objects[key] = nil
            return HTTPResponse(status: 204)
        }
        guard let object = objects[key] else {
            run.blocks.insert(.missingMail)
            return .xml(404, "NoSuchKey")
        }
        guard case .file(let descriptor, _) = request.responseBody else {
            return HTTPResponse(status: 206, body: Array(object.prefix(256 << 10)))
        }
        ftruncate(descriptor, 0)
        pwrite(descriptor, object, object.count, 0)
        return HTTPResponse(status: 200)
    }

    func parameter(_ request: HTTPRequest) -> HTTPResponse {
        guard let input = try? JSONValue(parsing: request.body.bytes ?? []),
            let name = input["Name"]?.string
        else { return .json(400, "ValidationException") }
        if request.name.operation == "PutParameter" {
            let version = (parameters[name]?.version ?? 0) + 1
            parameters[name] = (input["Value"]?.string ?? "", version)
            return HTTPResponse(
                status: 200, body: (["Version": .integer(version)] as JSONValue).bytes)
        }
        guard let parameter = parameters[name] else { return .json(400, "ParameterNotFound") }
        let answer: JSONValue = [
            "Parameter": [
                "Name": .string(name), "Value": .string(parameter.value),
                "Version": .integer(parameter.version),
            ]
        ]
        return HTTPResponse(status: 200, body: answer.bytes)
    }
}
