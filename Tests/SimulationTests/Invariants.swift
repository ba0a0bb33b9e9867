import FunctionTestSupport
import HTTP
import JSON
import TestSupport
import Text

/// The checks of one history, made at each effect.
final class Invariants {
    struct Violation {
        let invariant: Invariant
        let text: String
    }

    /// An import or a report that reached its addressee.
    final class Effect {
        let run: Run
        /// Whether its function cannot know that it took place, or could not record it.
        var isInWindow: Bool
        /// Whether the same invocation may repeat it: Gmail answered with an error that it calls
        /// passing.
        let isRepeatable: Bool

        init(_ run: Run, isInWindow: Bool) {
            self.run = run
            self.isInWindow = isInWindow
            isRepeatable = run.function == .forwarder && run.fault == .failedAfter
        }
    }

    unowned let world: World
    private(set) var violations: [Violation] = []
    /// By ledger key: `MAIL#… GMAIL#…`, and with `notice` for a notice.
    private(set) var effects: [String: [Effect]] = [:]
    /// Ledger key → `done` or `refused`.
    private(set) var ends: [String: String] = [:]
    private var claims: [String: (run: Run, until: Double)] = [:]

    init(_ world: World) {
        self.world = world
    }

    func violation(_ text: String, of invariant: Invariant = .oneState) {
        world.note("VIOLATION: \(text)")
        violations.append(Violation(invariant: invariant, text: text))
    }

    func historyDoesNotEnd() {
        violation("there were \(World.mostSteps) events", of: .historyEnds)
    }

    // MARK: the ledger

    /// Judges a write of the ledger.
    func noteLedger(
        _ row: JSONValue, _ input: JSONValue, _ response: HTTPResponse, _ run: Run,
        isAnswerLost: Bool
    ) {
        guard let key = Invariants.ledgerKey(row) else { return }
        let state = row["state"]?["S"]?.string ?? ""
        if state == "claimed" { return noteClaim(key, row, response, run) }
        guard response.isSuccess else { return }
        run.recorded.insert(key)
        ends[key] = state
        let isSilent = key.containsBytes(of: "JUNK#") || !key.containsBytes(of: "GMAIL#")
        if state == "done", effects[key] == nil {
            violation("\(key) says done, and nothing was done", of: .effectBeforeDone)
        }
        if state == "refused", !isSilent, effects["\(key) notice"] == nil {
            violation("\(key) says refused, and nobody has a notice", of: .effectBeforeDone)
        }
        run.recorded.insert("\(key) notice")
    }

    private func noteClaim(_ key: String, _ row: JSONValue, _ response: HTTPResponse, _ run: Run) {
        let held = claims[key]
        guard response.isSuccess else {
            // Another delivery has it, or had it and was killed.
            if held != nil, ends[key] == nil { run.isDisturbed = true }
            return
        }
        // One clock may be ahead while the other is behind.
        let early = 2 * world.plan.skewSeconds
        if let held, held.run !== run, held.until > world.now + early {
            violation(
                "\(key) is claimed while another's claim holds for "
                    + "\(held.until - world.now) s", of: .oneClaim)
        }
        if let end = ends[key] {
            violation("\(key) is claimed, and is \(end)", of: .oneClaim)
        }
        let until = row["until"]?["N"]?.string.flatMap { Double($0) } ?? 0
        claims[key] = (run, until / 1000)
    }

    /// Notes a call that did not have its effect.
    func note(_ request: HTTPRequest, failedIn run: Run) {
        guard request.name.operation == "PutItem",
            let row = (try? JSONValue(parsing: request.body.bytes ?? []))?["Item"],
            let key = Invariants.ledgerKey(row), row["state"]?["S"] != "claimed"
        else { return }
        run.unsure.formUnion([key, "\(key) notice"])
    }

    /// Notes that a person has deleted a row, so that its effect may be repeated.
    func forget(_ key: TableRows.Key) {
        let name = "\(key.pk) \(key.sk)"
        ends[name] = nil
        claims[name] = nil
        effects[name] = nil
        effects["\(name) notice"] = nil
    }

    private static func ledgerKey(_ row: JSONValue) -> String? {
        guard let pk = row["PK"]?["S"]?.string, pk.hasPrefix("MAIL#"),
            let sk = row["SK"]?["S"]?.string
        else { return nil }
        return "\(pk) \(sk)"
    }

    // MARK: effects

    /// Judges an effect that takes place now.
    func perform(
        _ key: String, as row: String, _ run: Run, isAnswerLost: Bool, once invariant: Invariant
    ) {
        for earlier in effects[key] ?? [] {
            let isAllowed =
                earlier.run === run ? earlier.isRepeatable : isExcused(earlier, key)
            if !isAllowed { violation("\(key) takes place again", of: invariant) }
        }
        if let end = ends[row] { violation("\(key) takes place, and is \(end)", of: invariant) }
        if claims[row]?.run !== run {
            violation("\(key) takes place without a claim of its own", of: .oneClaim)
        }
        effects[key, default: []].append(Effect(run, isInWindow: isAnswerLost))
        run.effects.append(key)
    }

    private func isExcused(_ effect: Effect, _ key: String) -> Bool {
        effect.isInWindow || effect.run.isDead || effect.run.unsure.contains(key)
            || world.now >= effect.run.deadline
    }

    /// Judges an invocation that has ended.
    func check(endOf run: Run) {
        for key in run.effects where !run.recorded.contains(key) {
            for effect in effects[key] ?? [] where effect.run === run && !isExcused(effect, key) {
                violation(
                    "\(key) took place and was not recorded, with nothing in the way",
                    of: .importedOnce)
            }
            for effect in effects[key] ?? [] where effect.run === run { effect.isInWindow = true }
        }
    }
}
