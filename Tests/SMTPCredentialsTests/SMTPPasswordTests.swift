import HTTP
import Testing

@testable import SMTPCredentials

struct SMTPPasswordTests {
    // The first four are terraform-provider-aws's (internal/service/iam/access_key_test.go).
    @Test(
        "The password is the published one",
        arguments: [
            ("eu-central-1", "some+secret+key", "BMXhUYlu5Z3gSXVQORxlVa7XPaz91aGWdfHxvkOZdWZ2"),
            ("eu-central-1", "another+secret+key", "BBbphbrQmrKMx42d1N6+C7VINYEBGI5v9VsZeTxwskfh"),
            ("us-west-1", "some+secret+key", "BH+jbMzper5WwlwUar9E1ySBqHa9whi0GPo+sJ0mVYJj"),
            ("us-west-1", "another+secret+key", "BKVmjjMDFk/qqw8EROW99bjCS65PF8WKvK5bSr4Y6EqF"),
            (
                "ap-southeast-2", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
                "BAzbEzGWYFtl2/Y5jYjbyS2pCdLjqoO1eApa0aYnOPqb"
            ),
        ])
    func vectors(region: String, secret: String, password: String) {
        #expect(SMTPPassword.derive(from: Secret(secret), region: region).value == password)
    }

    @Test("The password does not print itself")
    func redacted() {
        let password = SMTPPassword.derive(from: Secret("some+secret+key"), region: "us-west-1")
        #expect("\(password) \(String(reflecting: password))" == "<redacted> <redacted>")
    }
}
