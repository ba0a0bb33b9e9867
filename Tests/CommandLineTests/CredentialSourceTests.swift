import Foundation
import TestSupport
import Testing

/// Where keys come from, and what a clock that is wrong does to them.
@Suite(.waiting)
struct CredentialSourceTests {
    private let folder: ScratchFolder

    init() throws {
        folder = try ScratchFolder()
    }

    /// `rules list` against a server, with an `aws` of this script.
    private func run(
        _ script: String, _ variables: [String: String] = [:], _ more: [String] = []
    ) throws -> (run: CommandRun, requests: [ReceivedRequest]) {
        try folder.program("aws", "#!/bin/sh\n\(script)\n")
        let server = try LoopbackServer(answers: [Answer(200, [], #"{"Items": []}"#)])
        defer { server.stop() }
        let usual = [
            "PATH": "\(folder.url.path):/usr/bin:/bin", "AWS_ENDPOINT_URL": server.url,
        ]
        let run = try CommandRun(
            ["rules", "list", "--env", "test"] + more,
            environment: usual.merging(variables) { $1 })
        return (run, server.requests)
    }

    private static func printing(_ token: String) -> String {
        """
        case "$2" in
        get) echo eu-west-1 ;;
        *) echo '{"Version": 1, "AccessKeyId": "AKID", "SecretAccessKey": "SECRET"\(token)}' ;;
        esac
        """
    }

    @Test("An empty session token is left out of the request, and another one is not")
    func emptyToken() throws {
        for (token, sent) in [
            ("", nil), (#", "SessionToken": """#, nil), (#", "SessionToken": "TOKEN""#, "TOKEN"),
        ] as [(String, String?)] {
            let (run, requests) = try run(Self.printing(token))
            #expect(run.status == 0, "\(run.complaint)")
            #expect(requests.first?.header("X-Amz-Security-Token") == sent)
            let names = requests.first?.header("Authorization") ?? ""
            #expect(names.contains("x-amz-security-token") == (sent != nil))
        }
    }

    @Test("A variable of AWS that is set to nothing is unset for the AWS CLI too")
    func emptyProfile() throws {
        let strict = #"[ -z "${AWS_PROFILE+set}${AWS_REGION+set}" ] || exit 9"#
        let padded = #"[ "$AWS_OTHER" = "a=" ] || exit 8"#
        let (run, requests) = try run(
            "\(strict)\n\(padded)\n\(Self.printing(""))",
            ["AWS_PROFILE": "", "AWS_REGION": "", "AWS_OTHER": "a="])
        #expect(run.status == 0, "\(run.complaint)")
        #expect(requests.first?.header("Authorization")?.contains("AKID") == true)
    }

    @Test("A profile with a blank in its name is one word of the commands that are printed")
    func blankProfile() throws {
        let (run, _) = try run("exit 1", [:], ["--profile", "my profile"])
        #expect(run.status == 3)
        #expect(run.sentence.contains("aws sso login --profile 'my profile', or check with: aws "))
        #expect(run.sentence.hasSuffix("aws configure list --profile 'my profile'"))
    }

    /// `rules list` where AWS refuses because of the time.
    private func skewed(
        _ code: String, _ message: String, ahead seconds: Double?
    ) throws -> CommandRun {
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(identifier: "GMT")
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        let date = seconds.map { format.string(from: Date(timeIntervalSinceNow: -$0)) }
        let server = try LoopbackServer(answers: [
            Answer(
                403, date.map { ["Date: \($0)"] } ?? [],
                #"{"__type": "x#\#(code)", "message": "\#(message)"}"#)
        ])
        defer { server.stop() }
        return try CommandRun(["rules", "list"], at: server.url)
    }

    @Test("A wrong clock is named, with AWS's words and how far it is off")
    func clock() throws {
        let words = "Signature expired: 20250101T000000Z is now earlier than 20250101T001000Z"
        for (seconds, clock) in [
            (3 * 3600.0 + 30, "is 3 hours ahead of AWS's"), (-1250, "is 20 minutes behind AWS's"),
            (-86_400 * 400.5, "is 400 days behind AWS's"), (nil, "seems to be wrong"),
        ] as [(Double?, String)] {
            let run = try skewed("InvalidSignatureException", words, ahead: seconds)
            #expect(run.status == 3)
            #expect(
                run.sentence
                    == "ses-mail: AWS refuses DynamoDB.Scan, because this machine's clock \(clock) "
                    + "(\(words)). Set the clock, then try again.")
        }
        let other = try skewed("RequestTimeTooSkewed", "The difference is too large.", ahead: 600)
        #expect(
            other.sentence.contains("is 10 minutes ahead of AWS's (The difference is too large.)"))
    }
}
