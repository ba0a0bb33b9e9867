import AWS
import FunctionTestSupport
import Mail
import TestSupport

/// What one history begins with and what is going to happen in it, all from its seed.
struct Plan {
    let seed: UInt64
    /// The share of calls that fail, of calls at which the process is killed, and so on.
    var faultRate = 0.0
    var killRate = 0.0
    var duplicateRate = 0.0
    var overlapRate = 0.0
    /// The share of users and keys that IAM shows late.
    var latenessRate = 0.0
    var isStormy = false
    /// The most that a function's clock is wrong, in seconds.
    var skewSeconds = 0.0
    var junkDelivery = JunkDelivery.store
    var lookupFailedAction = "bounce"
    var rules: [Item] = []
    var mails: [(time: Double, kind: MailKind, recipients: [String])] = []
    var actions: [(time: Double, action: OperatorAction)] = []
    var credentials: [(time: Double, action: CredentialAction)] = []
    var weather: [(time: Double, fault: Network.Fault, services: Set<String>, seconds: Double)] = []
    /// The time after which nothing goes wrong any more.
    let calmSeconds = 3000.0

    init(seed: UInt64) {
        self.seed = seed
        var random = SeededGenerator(seed: seed)
        isStormy = random.one(in: 3)
        let rates = isStormy ? [0.02, 0.05, 0.12, 0.25] : [0, 0.01, 0.02, 0.04]
        faultRate = random.any(rates)
        killRate = random.any(rates) / 2
        duplicateRate = random.any([0, 0.05, 0.2, 0.5])
        overlapRate = random.any([0, 0.02, 0.1, 0.3])
        skewSeconds = random.any([0, 0, 0.5, 2])
        latenessRate = random.any([0, 0.1, 0.5])
        junkDelivery = random.one(in: 2) ? .gmailSpam : .store
        lookupFailedAction = random.one(in: 2) ? "store" : "bounce"
        if random.one(in: 3) {
            planCredentials(&random)
        } else {
            planMails(&random)
        }
        planActions(&random)
    }

    private mutating func planMails(_ random: inout SeededGenerator) {
        let isWild = random.one(in: 4)
        if !isWild { rules = Deployment.rules(&random) }
        for _ in 0..<random.any([1, 1, 2, 3]) {
            var recipients: [String] = []
            for _ in 0..<random.any([1, 1, 1, 2, 3]) {
                let recipient =
                    isWild && random.one(in: 2)
                    ? RandomRules.address(&random) : random.any(Deployment.recipients)
                // A report names what is not ASCII in another form.
                let isPlain = recipient.utf8.allSatisfy { (0x21...0x7E).contains($0) }
                if isPlain, !recipients.contains(recipient) { recipients.append(recipient) }
            }
            if recipients.isEmpty { recipients = [Deployment.recipients[0]] }
            if isWild, rules.isEmpty { rules = RandomRules.table(for: recipients[0], &random) }
            let isPlain = random.one(in: 2)
            let kind =
                isPlain ? random.any(Array(MailKind.all.prefix(3))) : random.any(MailKind.all)
            mails.append((random.time(below: 60), kind, recipients))
        }
    }

    private mutating func planCredentials(_ random: inout SeededGenerator) {
        for _ in 0..<random.any([1, 2, 3, 5, 8]) {
            let time = random.time(below: random.any([20, 200, 2500]))
            credentials.append((time, CredentialAction.random(&random)))
        }
        let first = CredentialAction(
            kind: .paste, username: "john", list: random.any(CredentialAction.goodLists),
            wrongList: [])
        credentials.append((0, first))
    }

    private mutating func planActions(_ random: inout SeededGenerator) {
        for _ in 0..<random.any([0, 0, 1, 2, 4]) {
            actions.append((random.time(below: 1500), OperatorAction.random(&random)))
        }
        guard isStormy, random.one(in: 2) else { return }
        let services = ["DynamoDB", "S3", "SSM", "SESv2", "Google", "Gmail", "IAM", "KMS"]
        for _ in 0..<random.any([1, 1, 2]) {
            let fault = random.any([Network.Fault.denied, .throttled, .failed, .notSent, .timedOut])
            weather.append(
                (
                    random.time(below: 600), fault, [random.any(services)],
                    random.any([5, 60, 400, 1000])
                ))
        }
    }
}

extension SeededGenerator {
    mutating func any<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: 0..<values.count, using: &self)]
    }

    mutating func one(in count: Int) -> Bool {
        Int.random(in: 0..<count, using: &self) == 0
    }

    mutating func time(below seconds: Double) -> Double {
        Double.random(in: 0..<seconds, using: &self)
    }
}

/// The deployment that is simulated.
enum Deployment {
    static let bounceSender = "bounces@mail.example.com"
    static let tokenParameter = "/ses-mail/test/gmail-token"
    static let boundary = "arn:aws:iam::123456789012:policy/ses-mail-smtp-boundary-test"
    /// The mailboxes that have a consent, and where its token is.
    static let accounts = [
        ("me@gmail.com", tokenParameter), ("you@gmail.com", "\(tokenParameter)/you_40gmail.com"),
    ]

    static let recipients = [
        "ann@example.com", "ann+shop@example.com", "bob@example.com", "carol@example.com",
        "dave@example.com", "eve@example.com", "postmaster@example.com", "shop-7@example.com",
        "nobody@example.com", "x@example.org",
    ]

    static func variables(_ plan: Plan) -> [String: String] {
        [
            "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "\(LogLines.secretMark)-key",
            "DYNAMODB_TABLE_NAME": TableDouble.name, "ENVIRONMENT": "test",
            "EMAIL_BUCKET": SampleMail.bucket, "GMAIL_TOKEN_PARAMETER": tokenParameter,
            "BOUNCE_SENDER": bounceSender, "JUNK_DELIVERY": plan.junkDelivery.rawValue,
            "LOOKUP_FAILED_ACTION": plan.lookupFailedAction,
            "SMTP_PERMISSIONS_BOUNDARY": boundary, "SES_MAIL_PREWARM": "0",
        ]
    }

    /// Rules of the usual kinds, one of which may be missing.
    static func rules(_ random: inout SeededGenerator) -> [Item] {
        var keep = RandomRules.row("bob@example.com", "forward-to-gmail", target: "you@gmail.com")
        keep["targets"] = .list([.string("me@gmail.com")])
        if random.one(in: 2) { keep["keep"] = .bool(true) }
        var labelled = RandomRules.row(
            "ann@example.com", "forward-to-gmail", target: "me@gmail.com")
        if random.one(in: 3) {
            let label = random.any(["Label_1", "Label_gone"])
            labelled["labels"] = .map(["me@gmail.com": .list([.string(label)])])
        }
        var ended = RandomRules.row("eve@example.com", "forward-to-gmail", target: "you@gmail.com")
        ended["until"] = .string("2025-01-01T00:00:00Z")
        let shops: Item = [
            "PK": .string("PATTERNS#example.com"), "SK": .string("RULE#v1"),
            "patterns": .list([
                .map([
                    "pattern": .string("shop-*@example.com"), "target": .string("you@gmail.com"),
                    "action": .string("forward-to-gmail"),
                ])
            ]),
        ]
        var rules = [
            labelled, keep, RandomRules.row("carol@example.com", "bounce"),
            RandomRules.row("dave@example.com", "store"), ended, shops,
            RandomRules.row("*@example.com", random.any(["bounce", "store"])),
        ]
        if random.one(in: 2) { rules.append(RandomRules.row("*", "bounce")) }
        if random.one(in: 12) {
            rules[3] = RandomRules.row(
                "dave@example.com", "forward-to-gmail", target: "third@gmail.com")
        }
        if random.one(in: 3) { rules.remove(at: Int.random(in: 0..<rules.count, using: &random)) }
        return rules
    }

    /// The file of a token as google-auth writes it.
    static func tokenFile(_ refresh: String) -> String {
        """
        {"token":"old","refresh_token":"\(refresh)","client_id":"client",\
        "client_secret":"\(LogLines.secretMark)","scopes":["s"],\
        "expiry":"2020-01-01T00:00:00.000000Z"}
        """
    }
}
