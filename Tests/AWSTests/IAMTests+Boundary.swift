import TestSupport
import Testing

@testable import AWS

/// The calls about permissions boundaries.
extension IAMTests {
    private static let boundary = "arn:aws:iam::1:policy/boundary"
    private static let boundedAnswer = userAnswer.replacing(
        "<Tags>",
        with: "<PermissionsBoundary><PermissionsBoundaryType>Policy</PermissionsBoundaryType>"
            + "<PermissionsBoundaryArn>\(boundary)</PermissionsBoundaryArn></PermissionsBoundary>"
            + "<Tags>")
    private static let bounded = IAM.User(
        name: user.name, arn: user.arn, tags: user.tags, permissionsBoundary: boundary)

    static let boundaryCalls: [Call] = [
        Call(form: "GetUser&Version=2010-05-08&UserName=john", answer: boundedAnswer) {
            let found = try $0.user("john")
            #expect(found == bounded)
        },
        Call(
            form: "CreateUser&Version=2010-05-08&UserName=john"
                + "&PermissionsBoundary=arn%3Aaws%3Aiam%3A%3A1%3Apolicy%2Fboundary"
                + "&Tags.member.1.Key=a&Tags.member.1.Value=b",
            answer: boundedAnswer
        ) {
            let made = try $0.createUser(
                "john", tags: [("a", "b")], permissionsBoundary: boundary)
            #expect(made == bounded)
        },
        Call(
            form: "PutUserPermissionsBoundary&Version=2010-05-08&UserName=john"
                + "&PermissionsBoundary=arn%3Aaws%3Aiam%3A%3A1%3Apolicy%2Fboundary"
        ) { try $0.putPermissionsBoundary(boundary, of: "john") },
    ]
}
