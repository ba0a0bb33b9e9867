import HTTP
import JSON
import TestSupport
import Text

/// SES, which sends the reports.
extension World {
    func sendEmail(_ request: HTTPRequest, _ run: Run, isAnswerLost: Bool) -> HTTPResponse {
        guard let input = try? JSONValue(parsing: request.body.bytes ?? []),
            let recipient = input["Destination"]?["ToAddresses"]?.array?.first?.string,
            let data = input["Content"]?["Raw"]?["Data"]?.string,
            let report = Base64.decode(Array(data.utf8))
        else { return .json(400, "BadRequestException") }
        invariants.check(report: report, to: recipient, run, isAnswerLost: isAnswerLost)
        let answer: JSONValue = ["MessageId": .string("ses-\(run.key)")]
        return HTTPResponse(status: 200, body: answer.bytes)
    }
}
