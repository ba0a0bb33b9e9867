import ArgumentParser
import Testing

@testable import ses_mail

/// What the policy of the router lets it look up.
struct DoctorPolicyTests {
    private static func statement(
        _ keys: String, action: String = #""dynamodb:BatchGetItem""#, effect: String = "Allow"
    ) -> String {
        #"{"Sid": "ReadRules", "Effect": "\#(effect)", "Action": \#(action), "Resource": "arn","#
            + #""Condition": {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": \#(keys)}}}"#
    }

    private static let all = #"["ROUTE#*", "SENDER#*", "PATTERNS#*"]"#

    static let policies: [(String?, String)] = [
        (#"{"Statement": [\#(statement(all))]}"#, "ok looks up ROUTE#*, SENDER#*, PATTERNS#*"),
        (#"{"Statement": \#(statement(all))}"#, "ok looks up ROUTE#*, SENDER#*, PATTERNS#*"),
        (
            #"{"Statement": [\#(statement(all, action: #"["s3:GetObject", "dynamodb:*"]"#))]}"#,
            "ok looks up ROUTE#*, SENDER#*, PATTERNS#*"
        ),
        (
            #"{"Statement": [{"Effect": "Allow", "Action": "dynamodb:BatchGetItem"}]}"#,
            "ok looks up ROUTE#*, SENDER#*, PATTERNS#*"
        ),
        (
            #"{"Statement": [\#(statement(#"["ROUTE#*"]"#))]}"#,
            "error may not look up SENDER#*, PATTERNS#*: no mail is routed"
        ),
        (
            #"{"Statement": [\#(statement(#""ROUTE#*""#))]}"#,
            "error may not look up SENDER#*, PATTERNS#*: no mail is routed"
        ),
        (
            #"{"Statement": [\#(statement(#"["ROUTE#*", "SENDER#*", "PATTERNS"]"#))]}"#,
            "error may not look up PATTERNS#*: no mail is routed"
        ),
        (
            #"{"Statement": [\#(statement(all, action: #""dynamodb:GetItem""#))]}"#,
            "error may not look up ROUTE#*, SENDER#*, PATTERNS#*: no mail is routed"
        ),
        (
            #"{"Statement": [\#(statement(all, effect: "Deny"))]}"#,
            "error may not look up ROUTE#*, SENDER#*, PATTERNS#*: no mail is routed"
        ),
        ("{}", "error may not look up ROUTE#*, SENDER#*, PATTERNS#*: no mail is routed"),
        ("{", "error its policy is not JSON: no mail is routed"),
        (nil, "error its role has no policy: no mail is routed"),
    ]

    @Test(
        "The router may look up all three kinds of rows, or no mail is routed", arguments: policies)
    func lookUp(policy: String?, expected: String) throws {
        let deployment = try Deployment(CommonOptions.parse(["--env", "local"]))
        let diagnosis = PolicyDiagnosis.lookUp(policy, deployment)
        #expect("\(diagnosis.severity) \(diagnosis.detail)" == expected)
        #expect((diagnosis.cure == "make apply ENV=local") == (diagnosis.severity == .error))
    }
}
