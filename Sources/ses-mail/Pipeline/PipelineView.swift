internal import AWS
internal import JSON

/// The state of everything between the input queue and the functions.
struct PipelineView {
    struct Rule {
        let rule: EventBridge.Rule
        let targets: [EventBridge.Target]
    }

    let busName: String
    let buses: [String]
    let rules: [Rule]
    let pipeName: String
    let pipe: Pipes.Pipe?
    let mappings: [(function: String, mapping: LambdaService.Mapping)]
    /// The functions that should have an event source, and have none.
    let unfed: [String]
    let tableName: String
    let table: DynamoDB.Description
    /// Whether SMTP credentials follow the table, by its stream.
    let isFollowed: Bool

    init(_ deployment: Deployment) throws(AWSError) {
        let session = deployment.session
        let settings = try deployment.settings()
        isFollowed = settings.has(.smtp)
        tableName = deployment.tableName
        // First, since without the table there is no deployment.
        table = try DynamoDB(session, table: tableName).description()
        busName = deployment.busName
        pipeName = deployment.pipeName
        let events = EventBridge(session)
        buses = try events.buses().sorted()
        var rules: [Rule] = []
        if buses.contains(busName) {
            for rule in try events.rules(on: busName).sorted(by: { $0.name < $1.name }) {
                let targets = try events.targets(of: rule.name, on: busName)
                rules.append(Rule(rule: rule, targets: targets))
            }
        }
        self.rules = rules
        pipe = try Pipes(session).pipe(pipeName)
        var mappings: [(String, LambdaService.Mapping)] = []
        var unfed: [String] = []
        for function in settings.functions where function.hasMapping {
            let name = function.name(in: deployment.name)
            let found = try LambdaService(session).mappings(of: name)
            if found.isEmpty { unfed.append(name) }
            mappings += found.map { (name, $0) }
        }
        self.mappings = mappings
        self.unfed = unfed
    }

    /// A part that does not run as it should.
    struct Finding: Equatable {
        let severity: Severity
        let detail: String

        static var columns: Columns<Finding> {
            [Column("", "severity", \.severity), Column("", "detail", \.detail)]
        }
    }

    /// The faults, a sentence each. With each of them, mail is lost or waits until somebody acts.
    var findings: [Finding] {
        sentences.map { Finding(severity: .error, detail: $0) }
    }

    private var sentences: [String] {
        var findings: [String] = []
        if !buses.contains(busName) { findings.append("There is no bus \(busName).") }
        for each in rules {
            if each.rule.state != "ENABLED" {
                findings.append("The rule \(each.rule.name) is \(each.rule.state).")
            }
            if each.targets.isEmpty {
                findings.append("The rule \(each.rule.name) has no target.")
            }
        }
        if buses.contains(busName) && rules.isEmpty {
            findings.append("The bus \(busName) has no rules: what is put on it is lost.")
        }
        switch pipe {
        case nil: findings.append("There is no pipe \(pipeName): mail waits in the input queue.")
        case let pipe? where pipe.state != "RUNNING":
            let reason = pipe.reason.isEmpty ? "" : " (\(pipe.reason))"
            findings.append("The pipe \(pipeName) is \(pipe.state)\(reason).")
        default: break
        }
        for (function, mapping) in mappings where mapping.state != "Enabled" {
            findings.append("The event source of \(function) is \(mapping.state).")
        }
        findings += unfed.map { "\($0) has no event source." }
        if table.status != "ACTIVE" {
            findings.append("The table \(tableName) is \(table.status).")
        }
        if isFollowed && !table.hasStream {
            findings.append("The table \(tableName) has no stream: credentials do not change.")
        }
        return findings
    }
}
