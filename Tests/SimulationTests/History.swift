/// One seed, run from its beginning to the end.
struct History {
    let seed: UInt64
    let violations: [Invariants.Violation]
    let mishaps: [Chance.Mishap]
    let story: [String]

    init(seed: UInt64, leaving leftOut: Set<UInt64> = [], isTold: Bool = false) {
        let plan = Plan(seed: seed)
        let world = World(plan, leaving: leftOut, isTold: isTold)
        world.prepare()
        for mail in plan.mails {
            world.schedule(after: mail.time, isMovable: true) {
                world.arrive(SimulatedMail(world.mails.count, mail.kind, to: mail.recipients))
            }
        }
        for (number, item) in plan.actions.enumerated() {
            world.schedule(after: item.time, isMovable: true) {
                let id = world.chance.bits(.plan, 1, UInt64(number))
                guard world.chance.isAllowed(id, "operator: \(item.action)") else { return }
                world.perform(item.action)
            }
        }
        for (number, item) in plan.weather.enumerated() {
            world.schedule(after: item.time) {
                let id = world.chance.bits(.plan, 2, UInt64(number))
                let text = "\(item.services) \(item.fault) for \(item.seconds) s"
                guard world.chance.isAllowed(id, text) else { return }
                world.note("weather: \(text)")
                world.begin(item.fault, of: item.services, seconds: item.seconds)
            }
        }
        for (number, item) in plan.credentials.enumerated() {
            world.schedule(after: item.time, isMovable: true) {
                let id = world.chance.bits(.plan, 3, UInt64(number))
                let text = "credential \(item.action.username): \(item.action.kind)"
                guard world.chance.isAllowed(id, text) else { return }
                world.note(text)
                world.perform(item.action)
            }
        }
        world.schedule(after: plan.calmSeconds) {
            world.chance.isCalm = true
            world.endWeather()
        }
        world.runToRest()
        for _ in 0..<2 {
            world.repair()
            world.runToRest()
        }
        world.invariants.checkEnd()
        self.seed = seed
        violations = world.invariants.violations
        mishaps = world.chance.mishaps
        story = world.story
    }

    /// The same history with as few mishaps as still break the same rule.
    func shortened() -> History {
        guard let invariant = violations.first?.invariant else { return self }
        var leftOut: Set<UInt64> = []
        var mishaps = Array(Set(mishaps.map(\.id))).sorted()
        var tries = 0
        var size = max(1, mishaps.count / 2)
        while tries < 400 {
            var isShorter = false
            var index = 0
            while index < mishaps.count, tries < 400 {
                let some = mishaps[index..<min(index + size, mishaps.count)]
                tries += 1
                let shorter = History(seed: seed, leaving: leftOut.union(some))
                if shorter.violations.contains(where: { $0.invariant == invariant }) {
                    leftOut.formUnion(some)
                    let left = Set(shorter.mishaps.map(\.id))
                    mishaps = mishaps.filter(left.contains)
                    isShorter = true
                } else {
                    index += size
                }
            }
            if size == 1, !isShorter { break }
            size = max(1, size / 2)
        }
        return History(seed: seed, leaving: leftOut, isTold: true)
    }

    /// What broke, what led to it, and how to see it again.
    var report: String {
        var lines = ["SIMULATION_SEED=\(seed) breaks:"]
        lines += violations.map { "  \($0.invariant.rawValue): \($0.text)" }
        lines.append("after, at the least:")
        lines += mishaps.map { "  \($0.text)" }
        return (lines + ["which was:"] + story.map { "  \($0)" }).joined(separator: "\n")
    }
}
