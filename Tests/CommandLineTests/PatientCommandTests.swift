import JSON
import TestSupport
import Testing

/// What a person's patience is for: AWS throttles for seconds, answers event by event, or fails in
/// one of many places; against a deployed world.
@Suite(.waiting)
struct PatientCommandTests {
    private let world: World

    init() throws {
        world = try World.unhurried()
    }

    @Test(
        "A call that AWS throttles three times is made a fourth time",
        arguments: [
            (["rules", "list"], "dynamodb"), (["queues", "peek", "input"], "sqs"),
            (["logs", "bouncer"], "logs"), (["smtp", "reconcile"], "iam"),
        ])
    func throttled(arguments: [String], service: String) throws {
        try world.setWeather([
            "seed": 1, "throttle": 1, "mostInARow": 3, "most": 3, "services": [.string(service)],
        ])
        let run = try world.run(arguments)
        #expect(run.status == 0, "\(run.complaint)")
        #expect(try world.befallen("throttle") == 3)
    }

    @Test("A log that comes event by event, with empty pages between, is not cut in silence")
    func search() throws {
        try world.addErrors((0..<250).map { "event \($0)" })
        try world.setWeather(["seed": 1, "page": 1, "pageItems": 1, "services": ["logs"]])
        let run = try world.run(["logs", "bouncer"])
        #expect(try world.befallen("page") > 0)
        let lines = run.output.split(separator: "\n")
        let isWhole = lines.count == 250 && lines.last?.hasSuffix("event 249") == true
        #expect(isWhole || run.complaint.contains("The search was cut"), "after \(lines.count)")
    }

    @Test("Followed, a log is not given up while AWS throttles")
    func follow() throws {
        let first = try world.bouncedMail()
        let command = try RunningCommand(
            ["logs", "--follow", "bouncer"], environment: world.environment())
        #expect(command.output(with: first) != nil)
        try world.setWeather([
            "seed": 1, "throttle": 1, "mostInARow": 3, "most": 3, "services": ["logs"],
        ])
        let second = try world.bouncedMail()
        #expect(command.output(with: second) != nil)
        #expect(try world.befallen("throttle") == 3)
        command.interrupt()
        #expect(try command.end().status == 0)
    }

    @Test("Where one source of a trace fails, the others are shown", arguments: ["fail", "lose"])
    func parts(kind: String) throws {
        let id = try world.bouncedMail()
        try world.addDeadLetter(about: id)
        try world.setWeather([
            "seed": 1, kind: 1, "most": 1, "services": ["sqs:ReceiveMessage"],
        ])
        let run = try world.run(["trace", id])
        #expect(try world.befallen(kind) == 1)
        #expect(run.output.contains("BOUNCE#nobody@example.com"))
        #expect(run.output.contains("outcome=bounced"))
        #expect(!run.output.contains("DEAD LETTERS\n   nothing"))
    }

    @Test("A trace that X-Ray tells on several pages is whole")
    func pages() throws {
        let id = try world.bouncedMail()
        let fine = try world.transcript([["trace", id]])
        #expect(fine.contains("router-enrichment → bouncer\n"))
        try world.setWeather(["seed": 1, "page": 1, "services": ["xray"]])
        #expect(try world.transcript([["trace", id]]) == fine)
    }
}
