import HTTP
import TestSupport
import Testing

@testable import AWS

/// Answers that are not IAM's, and the form of those that are.
extension IAMTests {
    @Test(
        "A success that is not the operation's answer is an error, never an empty list or a change",
        arguments: [
            "", "<html>Welcome</html>", "{}", "<GetUserResponse", "<ListUsersResponse>",
            "<OtherResponse><OtherResult/></OtherResponse>", "<?xml version=\"1.0\"?>",
            "<html><OperationResponse></OperationResponse></html>", "<OperationResponses/>",
            "<OperationResponse><OperationResult><Users>", "<OperationResponse/>",
        ], calls + boundaryCalls)
    func garbage(body: String, call: Call) {
        let answer = body.replacing("Operation", with: call.operation)
        let client = FakeClient(HTTPResponse(status: 200, body: Array(answer.utf8)))
        #expect {
            try call.call(IAM(AWSSession.test(client)))
        } throws: { error in
            guard case AWSError.undecodable? = error as? AWSError else { return false }
            return true
        }
    }

    @Test("A list without its result is an error, never an empty one")
    func listWithoutResult() throws {
        for operation in ["ListUsers", "ListAccessKeys", "ListUserPolicies"] {
            let root = "\(operation)Response"
            let client = FakeClient(
                HTTPResponse(
                    status: 200,
                    body: Array("<\(root)><ResponseMetadata/></\(root)>".utf8)))
            let iam = IAM(try AWSSession.test(client))
            let error = #expect(throws: AWSError.self) {
                switch operation {
                case "ListUsers": _ = try iam.userNames()
                case "ListAccessKeys": _ = try iam.accessKeys(of: "john")
                default: _ = try iam.policyNames(of: "john")
                }
            }
            #expect(
                error?.description
                    == "IAM.\(operation) answered in an unknown form: "
                    + "there is no \(operation)Result")
        }
    }
}

extension HTTPResponse {
    /// IAM's answer to the operation, in its own form.
    init(_ operation: String, _ result: String) {
        let body = """
            <\(operation)Response xmlns="https://iam.amazonaws.com/doc/2010-05-08/">
            <\(operation)Result>\(result)</\(operation)Result>
            <ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></\(operation)Response>

            """
        self.init(status: 200, headers: ["Content-Type": "text/xml"], body: Array(body.utf8))
    }

    init(_ status: Int, refusal code: String) {
        let body = """
            <ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error>
            <Type>Sender</Type><Code>\(code)</Code><Message>Why &amp; how</Message></Error>
            <RequestId>1</RequestId></ErrorResponse>
            """
        self.init(status: status, headers: ["Content-Type": "text/xml"], body: Array(body.utf8))
    }
}
