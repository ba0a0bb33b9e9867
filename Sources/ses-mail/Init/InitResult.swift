internal import ArgumentParser
internal import JSON
internal import Mail
internal import Process
internal import Text

/// What `init` has found, what it writes, and what comes next.
struct InitResult {
    let deployment: Deployment
    let settings: OwnerSettings
    let configuration: UserConfiguration
    let inputs: InitInputs
    /// The findings about the account and the settings.
    let account: [Check.Finding]
    let surveys: [DomainSurvey]
    /// Whether no domain was configured before.
    let isFirst: Bool

    func present(_ output: Output, dryRun: Bool, isGiven: Bool) throws {
        let files = try changes()
        if !output.isJSON { show(files, output) }
        let isChanging = !files.isEmpty && !dryRun
        if isChanging {
            try Confirmation.require("Write this?", isGiven: isGiven)
            try write()
        }
        if output.isJSON {
            output.json(try json(files, isWritten: isChanging))
        } else {
            if dryRun && !files.isEmpty { output.line("Nothing was written (--dry-run).") }
            if files.isEmpty { output.line("Everything is written already.") }
            output.line("Next, one by one:")
            for step in try steps() { output.line("  \(step)".printable) }
        }
    }

    private typealias FileChange = (path: String, lines: [String])

    /// The files that are to be written, with the lines that change.
    private func changes() throws -> [FileChange] {
        var files: [FileChange] = []
        if !settings.changes.isEmpty { files.append((settings.path, settings.changes)) }
        guard let path = UserConfiguration.path else {
            throw Failure(.usage, "HOME is not set, so there is no place for your configuration.")
        }
        let present = try UserConfiguration.ofUser()
        if present != configuration {
            let (old, new) = (present.lines, configuration.lines)
            files.append(
                (
                    path,
                    old.filter { !new.contains($0) }.map { "- \($0)" }
                        + new.filter { !old.contains($0) }.map { "+ \($0)" }
                ))
        }
        return files
    }

    private func show(_ files: [FileChange], _ output: Output) {
        output.show("Account", account)
        for survey in surveys { output.show(survey.domain.text, survey.findings) }
        for file in files {
            output.line(output.paint(file.path.printable, .note))
            for line in file.lines { output.line("  \(line)".printable) }
        }
    }

    private func write() throws {
        try settings.write()
        guard let path = UserConfiguration.path, try UserConfiguration.ofUser() != configuration
        else { return }
        do throws(SystemError) {
            try FileSystem.makeFolders(FileSystem.folder(of: path))
            try FileSystem.replace(path, by: Array(configuration.text.utf8))
        } catch {
            throw Failure(.failed, "The file \(path) cannot be written: \(error).")
        }
    }

    private func json(_ files: [FileChange], isWritten: Bool) throws -> JSONValue {
        func list(_ title: String, _ findings: [Check.Finding]) -> [JSONValue] {
            findings.map { finding in
                [
                    "subject": title.json, "check": finding.check.json,
                    "severity": finding.diagnosis.severity.json,
                    "detail": finding.diagnosis.detail.json, "cure": finding.diagnosis.cure.json,
                ]
            }
        }
        return [
            "findings": .array(
                list("account", account)
                    + surveys.flatMap { list($0.domain.text, $0.findings) }),
            "files": .array(
                files.map { ["path": $0.path.json, "changes": $0.lines.json] }),
            "written": isWritten.json, "next": try steps().json,
        ]
    }
}

// MARK: What comes next
extension InitResult {
    /// The commands up to the first mail, in an order that refuses nobody's mail; after a change of
    /// a deployment, those that carry it out.
    private func steps() throws -> [String] {
        let next = try followUp()
        var steps = [exports]
        if isChange {
            steps += [next.make("plan"), next.make("apply")]
        } else {
            steps += accountSteps
            steps += [next.make("init"), next.make("plan"), next.make("apply")]
            let mailbox = inputs.mailbox?.address ?? "ADDRESS"
            steps += [
                next.command("gmail authorize --mailbox \(mailbox) --client client_secret.json"),
                next.command("gmail test --mailbox \(mailbox)"),
            ]
            for domain in inputs.allDomains(settings) {
                let pattern = "*@\(domain)"
                steps.append(
                    next.command("rules set \(pattern.shellWord) forward \(mailbox)"))
            }
        }
        let zones = inputs.zones(settings)
        if inputs.allDomains(settings).contains(where: { zones[$0] == nil }) {
            steps.append(next.command("dns records --format zone"))
        }
        steps += [next.command("dns check"), next.command("doctor")]
        if settings["publish_mx"] == .bool(false) {
            steps.append(
                "# When each address in use has its rule, and the checks find nothing else:")
            steps.append(next.command("init --publish-mx"))
        }
        return steps
    }

    /// Whether settings of a configured deployment change, and no domain joins it.
    private var isChange: Bool {
        !isFirst && !settings.changes.isEmpty
            && !settings.changes.contains { $0.utf8.starts(with: "+ domain =".utf8) }
    }

    /// The steps until a receipt rule set is active that takes the rule.
    private var accountSteps: [String] {
        let diagnosis = account.first { $0.check == "receipt rule set" }?.diagnosis
        guard let cure = diagnosis?.cure else { return [] }
        return [
            cure == "make account"
                ? cure : "# First choose what becomes of the active receipt rule set: see above."
        ]
    }

    /// Make and Terraform read no configuration of ours.
    private var exports: String {
        let profile = configuration.places[deployment.name]?.profile
        return "export " + (profile.map { "AWS_PROFILE=\($0.shellWord) " } ?? "")
            + "AWS_REGION=\(deployment.region)"
    }

    /// The form of commands that read the configuration as it will be.
    private func followUp() throws -> FollowUp {
        let isUsual =
            Variable.value("SES_MAIL_ENV").map { $0 == deployment.name.rawValue }
            ?? (configuration.defaultEnvironment == deployment.name)
        return FollowUp(
            try CommonOptions.parse(isUsual ? [] : ["--env", deployment.name.rawValue]),
            for: deployment.name)
    }
}
