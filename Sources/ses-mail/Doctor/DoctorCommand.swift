internal import ArgumentParser
internal import JSON

/// Is all well?
struct DoctorCommand: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Look at everything, and say what to do.",
        discussion: """
            One line each: ok, odd or bad, the last two with a cure. The status is 1 where one is \
            bad. Nothing is changed, but for a refresh token that Google rotates when it is tried, \
            and for --fix, which makes one setting of the account that Terraform cannot make.
            """)

    @Option(help: "Make this setting of the account.") var fix: AccountFix?
    @Flag(name: .shortAndLong, help: "Do not ask.") var yes = false
    @OptionGroup var options: CommonOptions

    func validate() throws {
        if yes && fix == nil { throw ValidationError("--yes goes with --fix.") }
    }

    func run(_ deployment: Deployment, _ output: Output) throws {
        if let fix { return try make(fix, deployment, output) }
        Output.progress("looking at: credentials …")
        // Without this answer there will be no other.
        let caller = try STS(deployment.session).caller()
        var findings: [Check.Finding] = []
        for group in DoctorCommand.groups(deployment, caller) {
            Output.progress("looking at: \(group.title) …")
            var found: [Check.Finding] = []
            for check in group.checks { found += try check.findings(in: deployment) }
            if !output.isJSON { output.show(group.title, found) }
            findings += found
        }
        if output.isJSON {
            output.json(.array(findings.map(\.json)))
        } else {
            output.line(DoctorCommand.summary(findings))
        }
        if findings.contains(where: { $0.diagnosis.state == .bad }) {
            throw ExitCode(Failure.Status.failed.rawValue)
        }
    }

    private static func groups(_ deployment: Deployment, _ caller: STS.Caller) -> [CheckGroup] {
        [
            AccountChecks.group(deployment, caller: caller),
            MailInChecks(deployment, account: caller.account).group,
            StorageChecks.group(deployment, account: caller.account),
            TokenChecks.group(deployment), FunctionChecks.group(deployment),
            QueueChecks.group(deployment),
            RuleChecks.group(deployment), AlarmChecks.group(deployment),
        ]
    }

    static func summary(_ findings: [Check.Finding]) -> String {
        func count(_ state: Diagnosis.State) -> Int {
            findings.filter { $0.diagnosis.state == state }.count
        }
        return "\(findings.count) looked at: \(count(.ok)) ok, \(count(.odd)) odd, "
            + "\(count(.bad)) bad."
    }

    private func make(_ fix: AccountFix, _ deployment: Deployment, _ output: Output) throws {
        func answer(_ detail: String, isChanged: Bool) {
            output.answer(
                [
                    "setting": .string(fix.rawValue), "detail": .string(detail),
                    "changed": .bool(isChanged),
                ], "\(fix.rawValue): \(detail)")
        }
        if try fix.isMade(deployment.session) { return answer("on already", isChanged: false) }
        try Confirmation.require(fix.question(deployment), isGiven: yes)
        answer(try fix.make(deployment.session).detail, isChanged: true)
    }
}

extension Output {
    /// A group, each cure below what it is for.
    fileprivate func show(_ title: String, _ findings: [Check.Finding]) {
        if findings.isEmpty { return }
        line(paint(title, .quiet))
        for finding in findings {
            let state = finding.diagnosis.state
            let name = finding.check.printable
            let gap = String(repeating: " ", count: max(2, 34 - name.count))
            line(
                "  \(paint(state.rawValue, state.mood))\(state == .ok ? "   " : "  ")\(name)\(gap)"
                    + finding.diagnosis.detail.printable)
            if let cure = finding.diagnosis.cure { line("       → \(cure.printable)") }
        }
    }
}
