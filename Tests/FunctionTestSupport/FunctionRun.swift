package import Foundation
internal import TestSupport

/// A function's process that ran until there were no more events, and what became of it.
package struct FunctionRun {
    package let status: Int32
    /// What it wrote.
    package let output: CapturedOutput

    /// Starts the function as it was built beside the tests, or another build of it, and waits for
    /// its end.
    /// - Parameters:
    ///   - variables: replace those that a deployed function has; nil takes one away.
    ///   - readsOutput: whether anybody reads what it writes; a pipe without a reader breaks.
    package init(
        _ function: String, in cloud: CloudDouble, variables: [String: String?] = [:],
        bootstrap: URL? = nil, readsOutput: Bool = true
    ) throws {
        let process = Process()
        process.executableURL = bootstrap ?? Repository.products.appending(path: function)
        process.environment = FunctionRun.environment(cloud)
            .merging(variables) { $1 }.compactMapValues { $0 }
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        if !readsOutput { try pipe.fileHandleForReading.close() }
        try process.run()
        let processID = process.processIdentifier
        cloud.change { $0.processID = processID }
        // A process that hangs must fail the test and not hold it up.
        let end = DispatchSemaphore(value: 0)
        Thread {
            if end.wait(timeout: .now() + FunctionRun.longestSeconds) == .timedOut {
                kill(processID, SIGKILL)
            }
        }.start()
        let written = readsOutput ? pipe.fileHandleForReading.readDataToEndOfFile() : Data()
        process.waitUntilExit()
        end.signal()
        status = process.terminationReason == .exit ? process.terminationStatus : -1
        output = CapturedOutput(
            lines: String(decoding: written, as: UTF8.self).split(separator: "\n").map(String.init))
    }

    private static let longestSeconds = 40.0

    /// The variables that every function must have, and those of its own; all calls go to the
    /// double.
    private static func environment(_ cloud: CloudDouble) -> [String: String?] {
        [
            "AWS_LAMBDA_RUNTIME_API": cloud.address, "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret-key",
            "AWS_ENDPOINT_URL": cloud.url, "GMAIL_ENDPOINT_URL": cloud.url,
            "GOOGLE_TOKEN_ENDPOINT_URL": "\(cloud.url)/token",
            "DYNAMODB_TABLE_NAME": TableDouble.name, "ENVIRONMENT": "test",
            "EMAIL_BUCKET": SampleMail.bucket, "GMAIL_TOKEN_PARAMETER": tokenParameter,
            "BOUNCE_SENDER": "bounces@mail.example.com",
        ]
    }

    package static let tokenParameter = "/ses-mail/test/gmail-token"
    /// A token file as google-auth writes it, whose access token is long over.
    package static let tokenFile = """
        {"token":"old","refresh_token":"refresh-1","token_uri":"https://evil.example/token",\
        "client_id":"client","client_secret":"hush","scopes":["s"],\
        "expiry":"2020-01-01T00:00:00.000000Z"}
        """
}

extension CloudDouble.Content {
    /// The kinds of all replies, in order.
    package var kinds: [String] { replies.map(\.kind) }
}
