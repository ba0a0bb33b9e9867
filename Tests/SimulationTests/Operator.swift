import AWS
import FunctionTestSupport
import JSON
import Mail
import TestSupport

/// What a person does to the deployment while mail comes in.
enum OperatorAction {
    case setRule(Item)
    case deleteRule(String)
    case blockSender(String, verdict: String)
    case revokeToken(account: String)
    case renewToken(account: String)
    case redrive
    /// Sends the decisions on a mail again, as `ses-mail replay` does.
    case replay(mail: Int)

    static func random(_ random: inout SeededGenerator) -> OperatorAction {
        let account = random.any(Deployment.accounts).0
        let recipient = random.any(Deployment.recipients)
        switch Int.random(in: 0..<12, using: &random) {
        case 0, 1:
            return .setRule(
                RandomRules.row(
                    recipient, random.any(["forward-to-gmail", "bounce", "store"]),
                    target: account, enabled: .bool(!random.one(in: 4))))
        case 2:
            var row = RandomRules.row(recipient, "forward-to-gmail", target: account)
            row["only_from"] = .list([.string("*@sender.example")])
            row["otherwise"] = .string(random.any(["store", "bounce", "junk"]))
            return .setRule(row)
        case 3: return .deleteRule("ROUTE#\(random.any(["*", "*@example.com", recipient]))")
        case 4, 5:
            return .blockSender(
                random.any(["jane@sender.example", "*@sender.example", "*@shop.example"]),
                verdict: random.any(["block", "allow"]))
        case 6: return .revokeToken(account: account)
        case 7, 8: return .renewToken(account: account)
        case 9, 10: return .redrive
        default: return .replay(mail: Int.random(in: 0..<3, using: &random))
        }
    }
}

extension World {
    /// The consents and rules of the deployment, before the first mail.
    func prepare() {
        for (account, _) in Deployment.accounts { consent(account) }
        for rule in plan.rules {
            edit(
                rule["PK"]?.string ?? "", rule["SK"]?.string ?? "",
                TableRows.Row(rule.json))
        }
        noteRules()
    }

    func perform(_ action: OperatorAction) {
        note("operator: \(action)")
        switch action {
        case .setRule(let row):
            edit(row["PK"]?.string ?? "", "RULE#v1", TableRows.Row(row.json))
            noteRules()
        case .deleteRule(let pk):
            edit(pk, "RULE#v1", nil)
            noteRules()
        case .blockSender(let pattern, let verdict):
            edit("SENDER#\(pattern)", "RULE#v1", ["verdict": ["S": .string(verdict)]])
            noteRules()
        case .revokeToken(let account):
            google.consents = google.consents.filter { $0.value != account }
        case .renewToken(let account): consent(account)
        case .redrive: redrive()
        case .replay(let mail): replay(mail)
        }
    }

    /// A person consents anew; the token before is no longer good.
    private func consent(_ account: String) {
        guard let name = Deployment.accounts.first(where: { $0.0 == account })?.1 else { return }
        google.tokenCount += 1
        let refresh = "1-\(LogLines.secretMark)-\(google.tokenCount)"
        google.consents[refresh] = account
        parameters[name] = (Deployment.tokenFile(refresh), (parameters[name]?.version ?? 0) + 1)
    }

    private func replay(_ number: Int) {
        guard number < mails.count, let detail = mails[number].decisions.last else { return }
        for (key, row) in table.rows where key.pk == "MAIL#mail-\(number)" {
            let state = row["state"]?["S"]
            guard state == "refused" || key.sk.hasPrefix("JUNK#") && state == "done"
            else { continue }
            table.delete(key.pk, key.sk)
            invariants.forget(key)
        }
        publish(detail, mail: number, key: UInt64(number) << 50)
    }

    /// Brings the deployment into a state in which every message can succeed, but those for a
    /// mailbox that never consented.
    func repair() {
        for (account, _) in Deployment.accounts { consent(account) }
        for key in table.rows.keys where key.sk == "RULE#v1" { edit(key.pk, key.sk, nil) }
        var random = SeededGenerator(seed: plan.seed)
        for rule in Deployment.rules(&random) {
            edit(rule["PK"]?.string ?? "", "RULE#v1", TableRows.Row(rule.json))
        }
        noteRules()
        redrive()
    }

    /// Notes the rules as they are now, by which decisions are judged.
    private func noteRules() {
        let rows = table.rows.filter { $0.key.sk == "RULE#v1" }.map { key, row in
            row.mapValues { AttributeValue($0) }
        }
        ruleVersions.append(rows)
    }
}
