internal import AWS
internal import ArgumentParser
internal import JSON
internal import Mail
internal import Text

/// Shows what would become of a mail.
struct RulesTest: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Show what would become of a mail in a file.",
        discussion: """
            ses-mail rules test mail.eml --to support@example.com --dmarc fail --dmarc-policy reject
            The router's own code decides, by the rules in the table; nothing is sent or stored. \
            Without --to the mail is for the addresses in To and Cc. The exit status is 2 where it \
            could not be routed.
            """)

    @Argument(help: "The mail; - is standard input.", completion: .file(extensions: ["eml"]))
    var file: String
    @Option(help: .init("A recipient of the envelope; may be repeated.", valueName: "address"))
    var to: [String] = []
    @Option(
        help: .init(
            "The envelope's sender. Default: Return-Path, else From.", valueName: "address"))
    var from: String?
    @Option(help: "Spam verdict: pass, fail, gray, …") var spam = "pass"
    @Option(help: "Virus verdict.") var virus = "pass"
    @Option(help: "SPF verdict.") var spf = "pass"
    @Option(help: "DKIM verdict.") var dkim = "pass"
    @Option(help: "DMARC verdict.") var dmarc = "pass"
    @Option(help: "The policy of a failed DMARC: none, quarantine or reject.")
    var dmarcPolicy: String?
    @Option(help: "As if junk_delivery were store or gmail-spam.") var junkDelivery: JunkDelivery?
    @OptionGroup var options: CommonOptions

    func validate() throws {
        for verdict in [spam, virus, spf, dkim, dmarc] {
            if case .unknown = Verdict(verdict) {
                throw ValidationError(
                    "\(verdict.printable) is no verdict: give pass, fail, gray, processing_failed "
                        + "or disabled.")
            }
        }
        if let dmarcPolicy, !["none", "quarantine", "reject"].contains(dmarcPolicy) {
            throw ValidationError("--dmarc-policy is none, quarantine or reject.")
        }
    }

    func run(_ deployment: Deployment, _ output: Output) throws {
        let received = try receivedMail()
        Output.progress("reading the rules …")
        let delivery = try junkDelivery ?? deployment.settings().junkDelivery
        let mail = RoutedMail(received, junkDelivery: delivery)
        let rules = StoredRules(
            try RuleTable(deployment).find(
                keys: RoutingTable.keys(for: mail, junkDelivery: delivery)))
        let fates = mail.recipients.map { recipient in
            var mail = mail
            mail.recipients = [recipient]
            return RuleExplanation(of: mail, by: rules, junkDelivery: delivery)
        }
        if output.isJSON {
            output.json([
                "junk_delivery": .string(delivery.rawValue),
                "senders": .array(
                    mail.senders.all.map {
                        ["address": $0.address.text.json, "is_proved": $0.isProved.json]
                    }), "recipients": .array(fates.map(\.testJSON)),
            ])
        } else {
            for fate in fates {
                output.line(fate.sentence.printable)
                for target in fate.actions.forwardToGmail {
                    output.line("  \(target.shown)".printable)
                }
                for warning in fate.warnings { output.line("  \(warning)".printable) }
            }
        }
        if let problem = fates.lazy.compactMap(\.problem).first {
            throw Failure(
                .findings, "\(problem) See: \(deployment.command("rules lint"))")
        }
    }

    /// The mail as SES would tell of it.
    private func receivedMail() throws -> ReceivedMail {
        let name = TextFile.name(path: file)
        let bytes = try TextFile.beginning(path: file, limit: StoredMail.headerBytes)
        let headers = MailHeaders(HeaderBlock(bytes).fields)
        let recipients =
            to.isEmpty ? ["To", "Cc"].flatMap { headers.values(of: $0) }.flatMap(\.addresses) : to
        guard !recipients.isEmpty else {
            throw Failure(
                .usage, "\(name) names no recipient in To or Cc: give one by --to ADDRESS.")
        }
        let sender =
            from ?? (headers["Return-Path"] == nil ? headers["From"]?.addresses.first : nil)
        // SES writes this line before the mail's own.
        let line = sender.map { "Return-Path: <\($0.printable)>\r\n" } ?? ""
        let stored = StoredMail(
            S3.Object(key: StoredMail.key(of: "test"), byteCount: 0, lastModified: Clock.now()),
            bucket: "", beginning: Array(line.utf8) + bytes)
        let verdicts = [
            ("spam", spam), ("virus", virus), ("spf", spf), ("dkim", dkim), ("dmarc", dmarc),
        ].map { JSONValue.Member("\($0.0)Verdict", ["status": .string($0.1)]) }
        let policy = dmarcPolicy.map { [JSONValue.Member("dmarcPolicy", .string($0))] } ?? []
        let notification = stored.notification(for: recipients, verdicts: verdicts + policy)
        do {
            return try ReceivedMail(JSONValue(parsing: notification))
        } catch {
            throw Failure(.failed, "\(name) cannot be read as a mail: \(error).")
        }
    }
}

extension String {
    /// The addresses in the value of a header field.
    fileprivate var addresses: [String] { AddressList(self).addresses }
}

extension ForwardTarget {
    fileprivate var shown: String {
        let words = [isNeverSpam ? "never spam" : nil, isForCalendar ? "calendar" : nil]
        return ["\(destination): \(labelIDsInGmail.joined(separator: " "))"]
            .appending(words.compactMap { $0 }).joined(separator: ", ")
    }
}

extension [String] {
    fileprivate func appending(_ more: [String]) -> [String] { self + more }
}

extension RuleExplanation {
    fileprivate var testJSON: JSONValue {
        let targets = actions.forwardToGmail.map { target -> JSONValue in
            [
                "destination": target.destination.json, "label_ids": target.labelIDsInGmail.json,
                "junk": target.isJunk.json, "never_spam": target.isNeverSpam.json,
                "calendar": target.isForCalendar.json,
            ]
        }
        return [
            "recipient": recipient.json, "action": action.json, "stored": isStored.json,
            "rule": rule.json, "reason": reason?.rawValue.json ?? .null,
            "targets": .array(targets),
            "warnings": (warnings + [problem].compactMap { $0 }).json,
        ]
    }
}

extension JunkDelivery: ExpressibleByArgument {}
