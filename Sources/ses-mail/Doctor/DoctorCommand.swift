internal import ArgumentParser
internal import JSON

/// The state of the whole deployment.
struct DoctorCommand: ListCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check the whole deployment and suggest fixes.",
        discussion: """
            Prints ok, note, warning or error for each check, with a fix for a warning and an \
            error. The exit status is 2 where there is one of these; where something could not be \
            checked and nothing else was found, it is 1, 3 or 5, as for that call alone. Nothing \
            is changed, except a refresh token that Google rotates when it is tried, and what \
            --fix names: a setting of the account that Terraform cannot make.
            """)

    @Option(help: "Make this setting of the account.") var fix: AccountFix?
    @Flag(name: .shortAndLong, help: "Do not ask.") var yes = false
    @OptionGroup var list: ListOptions
    @OptionGroup var options: CommonOptions

    func validate() throws {
        if yes && fix == nil { throw ValidationError("--yes goes with --fix.") }
    }

    func run(_ deployment: Deployment, _ output: Output) throws {
        if let fix { return try make(fix, deployment, output) }
        Output.progress("looking at: credentials …")
        // Without this answer there will be no other.
        let caller = try deployment.caller()
        var findings: [Check.Finding] = []
        for group in DoctorCommand.groups(deployment, caller) {
            Output.progress("looking at: \(group.title) …")
            var found: [Check.Finding] = []
            for check in group.checks { found += try check.findings(in: deployment) }
            if output.format == .text { output.show(group.title, found) }
            findings += found
        }
        if output.format == .text {
            output.line(DoctorCommand.summary(findings))
        } else {
            output.list(findings, Check.Finding.columns)
        }
        let diagnoses = findings.map(\.diagnosis)
        try Severity.conclude(diagnoses.filter { $0.failure == nil }.map(\.severity))
        if let status = diagnoses.compactMap(\.failure).first { throw ExitCode(status.rawValue) }
    }

    private static func groups(_ deployment: Deployment, _ caller: STS.Caller) -> [CheckGroup] {
        // `try?`: the group about the settings reports that they could not be read.
        let settings = (try? deployment.settings()) ?? .unwritten
        let account = caller.account
        // Two groups look at the rules, and the table is read once.
        let rules = Once { try RuleTable(deployment).all() }
        return [
            AccountChecks.group(deployment, settings, caller: caller),
            SettingsChecks.group(deployment),
            MailInChecks(deployment, settings, account: account).group,
            StorageChecks.group(deployment, settings, account: account),
            TokenChecks.group(deployment, rules), FunctionChecks.group(deployment, settings),
            QueueChecks.group(deployment, settings),
            RuleChecks.group(deployment, settings, rules),
            AlarmChecks.group(deployment, settings), ReportChecks.group(deployment),
        ]
    }

    static func summary(_ findings: [Check.Finding]) -> String {
        func count(_ severity: Severity) -> Int {
            findings.count { $0.diagnosis.severity == severity }
        }
        let counts = [Severity.note, .warning, .error]
            .map { count($0).counted($0.rawValue) }
        return "\(findings.count.counted("check")): \(count(.ok)) ok, "
            + "\(counts.joined(separator: ", "))."
    }

    private func make(_ fix: AccountFix, _ deployment: Deployment, _ output: Output) throws {
        func answer(_ detail: String, isChanged: Bool) {
            output.answer(
                [
                    "setting": fix.rawValue.json, "detail": detail.json, "changed": isChanged.json,
                ], "\(fix.rawValue): \(detail)")
        }
        Output.progress("reading the setting …")
        if try fix.isMade(deployment.session) { return answer("on already", isChanged: false) }
        try deployment.confirm(fix.question(deployment), isGiven: yes)
        answer(try fix.make(deployment).detail, isChanged: true)
    }
}

extension Output {
    /// Prints a group, with each fix below its finding.
    func show(_ title: String, _ findings: [Check.Finding]) {
        if findings.isEmpty { return }
        line(paint(title, .note))
        table(
            findings.map { ["  \($0.diagnosis.severity)", $0.check, $0.diagnosis.detail] },
            severities: findings.map(\.diagnosis.severity),
            // Arrows stand below the names of the checks.
            details: findings.map { $0.diagnosis.cure.map { ["     → \($0)"] } ?? [] },
            widths: [9, 32])
    }
}
