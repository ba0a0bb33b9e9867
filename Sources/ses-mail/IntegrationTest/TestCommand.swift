internal import ArgumentParser
internal import JSON
internal import Process

/// Sends test messages through the whole deployment, and reports the results.
struct TestCommand: DeploymentCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Send mails through the deployment, and report.",
        discussion: """
            One mail is forwarded and one is bounced, each by a rule for its own address, which is \
            made before and deleted afterwards. Settings without an option are read from \
            scripts/test_config.json. The report is printed, and written to \
            integration_test_report_{env}_{epoch}.json. The exit status is 2 where a mail was not \
            handled as expected, or where a rule could not be deleted; the report says what to do.

            On AWS a mail from one of the deployment's own domains has an envelope sender of SES, \
            to which no bounce is sent. There a suppressed bounce passes, if the bouncer counted it.
            """,
        // The first help fits on one page; who installs finds the command in the manuals.
        shouldDisplay: false)

    @Option(help: "A sender that SES has verified.") var from: String?
    @Option(help: "A domain of this deployment.") var testDomain: String?
    @Option(help: "The Gmail account's primary address.") var gmailTarget: String?
    @Option(help: "Another configuration file.", completion: .file(extensions: ["json"]))
    var config: String?
    @Flag(help: "Keep the rules and the mail, to look at them.") var skipCleanup = false
    @Flag(help: "Print the findings of each mail at once.") var verbose = false
    @Flag(name: .shortAndLong, help: "Do not ask, in prod.") var yes = false
    @OptionGroup var options: CommonOptions

    func run(_ deployment: Deployment, _ output: Output) throws {
        let settings = try TestSettings(
            from: from, testDomain: testDomain, gmailTarget: gmailTarget, file: try file(deployment)
        )
        if deployment.name == .prod {
            try deployment.confirm(
                "Make two rules and send two mails in \(deployment)?", isGiven: yes)
        }
        do {
            try FileSystem.checkWritable(".")
        } catch {
            throw Failure(
                .failed,
                "The report cannot be written into this folder, so nothing was sent. Go to another "
                    + "folder.")
        }
        let interruption = Interruption()
        let start = Clock.epochSeconds()
        let run = TestRun(
            deployment: deployment, settings: settings, isCleaningUp: !skipCleanup,
            say: { output.isJSON ? Output.progress($0) : output.line($0) }, startedAt: start,
            tag: "\(start)-\(Int.random(in: 100_000...999_999))", interruption: interruption)
        Output.progress("looking at the table …")
        // Without the right to read the table, each step would fail only after its wait.
        _ = try RuleTable(deployment).find(keys: ["ROUTE#*"])
        var results: [ScenarioResult] = []
        for scenario in Scenario.allCases where !interruption.isAsked {
            if !output.isJSON { output.line("\nTest: \(scenario.name)") }
            let result = run.result(of: scenario)
            if verbose { tell(result) }
            results.append(result)
        }
        let report = TestReport(environment: deployment.name, epochSeconds: start, results: results)
        report.show(on: output)
        let fileName = try report.save()
        if !output.isJSON { output.line("\nDetailed report saved to: \(fileName)") }
        let isWhole = results.count == Scenario.allCases.count && report.failedCount == 0
        guard isWhole || !interruption.isAsked else {
            throw Failure(.failed, "Stopped by a signal before the end. Run the command again.")
        }
        try Severity.conclude(results.map(\.severity))
    }

    private func file(_ deployment: Deployment) throws -> TestSettings.File {
        if let config {
            return try TestSettings.File(path: config, environment: deployment.name)
        }
        do {
            return try TestSettings.File(
                path: TestSettings.File.standardPath, environment: deployment.name)
        } catch let failure as Failure where failure.status == .notFound {
            // Then every setting needs an option.
            return TestSettings.File()
        }
    }

    private func tell(_ result: ScenarioResult) {
        Output.write(String(decoding: result.json.bytes, as: UTF8.self) + "\n", to: 2)
    }
}
