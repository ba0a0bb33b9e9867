internal import Text

/// What the settings would do, and their owner may not expect.
extension InitInputs {
    /// Warnings about the settings as they will be.
    func findings(
        _ settings: OwnerSettings, before: OwnerSettings, _ surveys: [DomainSurvey]
    ) -> [Check.Finding] {
        alarmFindings(settings) + late(settings, before: before, surveys)
    }

    /// A domain in use that joins others: publish_mx holds for all of them.
    private func late(
        _ settings: OwnerSettings, before: OwnerSettings, _ surveys: [DomainSurvey]
    ) -> [Check.Finding] {
        guard settings["publish_mx"] != .bool(false) else { return [] }
        return surveys.filter { survey in
            survey.isReceiving && !before.domains.contains(survey.domain.text) && survey.hasZone
        }.map { survey in
            Check.Finding(
                "MX of \(survey.domain)",
                .error(
                    "its mail goes elsewhere, and the next apply would change that: publish_mx "
                        + "holds for all domains, and is true",
                    "leave its zone out until its addresses have rules"))
        }
    }

    private func alarmFindings(_ settings: OwnerSettings) -> [Check.Finding] {
        let addresses = settings["alarm_emails"]?.texts ?? []
        guard !addresses.isEmpty || settings["alarm_sns_topic_arn"] != nil else {
            return [
                Check.Finding(
                    "alarms", .warning("nobody hears them", "add --alarm-email ADDRESS"))
            ]
        }
        let own = addresses.filter { address in
            let host = DNSName(String(address.split(separator: "@").last ?? "")).text
            return allDomains(settings).contains { host == $0 || host.hasSuffix(".\($0)") }
        }
        return [
            Check.Finding(
                "alarms",
                own.isEmpty
                    ? .ok("\(addresses.joined(separator: ", ")): each confirms once")
                    : .warning(
                        "\(own.joined(separator: ", ")) is at a domain of this deployment, so it "
                            + "hears nothing when mail fails", "choose an address elsewhere"))
        ]
    }
}

// MARK: Values as people write them
extension InitInputs {
    /// Whether Terraform takes the name: labels of letters, digits and hyphens, two at least.
    static func isDomain(_ text: String) -> Bool {
        let name = DNSName(text)
        let labels = name.text.utf8.split(separator: UInt8(ascii: "."))
        return name.isHostName && labels.count > 1 && name.text.utf8.count <= 189
            && labels.last?.first?.isASCIISmall == true
    }

    static func domainFault(_ text: String) -> String {
        "\(text.printable) is no domain: give a bare name such as try.example.net, without an "
            + "address or a scheme; other letters as DNS has them (xn--…)."
    }

    /// `ID` or `DOMAIN=ID`.
    static func zone(_ text: String) -> (domain: String?, id: String)? {
        let sides = text.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
        guard let id = sides.last, sides.count <= 2, (2...32).contains(id.utf8.count),
            id.utf8.first == UInt8(ascii: "Z"),
            id.utf8.allSatisfy({ (0x41...0x5A).contains($0) || $0.isASCIIDigit })
        else { return nil }
        guard sides.count == 2 else { return (nil, id) }
        return isDomain(sides[0]) ? (DNSName(sides[0]).text, id) : nil
    }
}

/// A question to the person at the terminal.
enum Question {
    /// Asks until the answer can be used, three times at most.
    /// - Parameters:
    ///   - usual: the meaning of an empty answer; nil if there must be one.
    ///   - parse: nil for an answer that cannot be used.
    static func ask<Value>(
        _ words: String, _ usual: String?, parse: (String) -> Value?
    ) throws(Failure) -> Value {
        for _ in 1...3 {
            let hint = usual.map { " [\($0)]" } ?? ""
            Output.write("\(words.printable)\(hint): ", to: 2)
            guard let line = readLine() else { break }
            let answer = line.trimmingASCIIWhitespace
            if let value = parse(answer.isEmpty ? usual ?? "" : answer) { return value }
            Output.write("That cannot be used.\n", to: 2)
        }
        throw Failure(.refused, "There is no answer. Nothing was changed.")
    }
}
