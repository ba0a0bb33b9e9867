import AWS
import JSON
import TestSupport
import Testing

/// An operator's commands while AWS has a bad day, against a deployed world.
@Suite(.waiting)
struct WeatherTests {
    private let world: World

    init() throws {
        world = try World.unhurried()
    }

    /// All but the receiving of messages, which is not repeated.
    private static let repeated: JSONValue = [
        "acm", "cloudwatch", "dynamodb", "events", "iam", "kms", "lambda", "logs", "pipes",
        "resource-groups", "s3", "ses", "sesv2", "ssm", "sts", "xray", "sqs:GetQueueUrl",
        "sqs:GetQueueAttributes",
    ]

    @Test("What is looked at is the same in bad weather as in fine")
    func looking() throws {
        for number in 0..<5 {
            let rule = ["rules", "set", "\(number)@example.com", "forward", "me@gmail.com"]
            #expect(try world.run(rule).status == 0)
        }
        for name in ["john", "jane"] {
            let credential = ["smtp", "create", name, "--from", "\(name)@example.com"]
            #expect(try world.run(credential).status == 0)
        }
        let id = try world.bouncedMail()
        try world.addDeadLetter(about: id)
        try world.addErrors(["one", "two", "three"])
        try world.waitUntilQuiet()
        let commands = [
            ["rules", "list"], ["rules", "export"], ["smtp", "list"], ["smtp", "reconcile"],
            ["logs", "--errors"], ["trace", id], ["queues", "status"],
            ["queues", "peek", "input"], ["replay", id, "--dry-run"], ["alarms"], ["doctor"],
        ]
        let fine = try commands.map { try world.transcript([$0]) }
        try world.setWeather([
            "seed": 1, "services": WeatherTests.repeated, "throttle": .number("0.1"),
            "fail": .number("0.05"), "failAfter": .number("0.05"), "lose": .number("0.05"),
            "loseAfter": .number("0.05"), "page": .number("0.8"), "partial": .number("0.8"),
            "delay": .number("0.2"), "delaySeconds": .number("0.1"),
        ])
        for (command, before) in zip(commands, fine) {
            let after = try world.transcript([command])
            #expect(after == before, "\(after)\nin fine weather:\n\(before)")
        }
        for kind in ["throttle", "fail", "lose", "page", "delay"] {
            #expect(try world.befallen(kind) > 0)
        }
    }

    @Test("All dead letters are looked at, though SQS answers some at a time")
    func letters() throws {
        try world.addDeadLetters((0..<25).map { "letter \($0)" })
        try world.setWeather([
            "seed": 1, "partial": 1, "inexact": 1, "delay": 1, "delaySeconds": .number("0.1"),
            "services": ["sqs"],
        ])
        let run = try world.run(["queues", "peek", "input", "--max", "100", "--json"])
        let found = try JSONValue(parsing: run.output).array ?? []
        #expect(Set(found.compactMap { $0["body"]?.string }).count == 25)
        #expect(found.count == 25)
        #expect(try world.run(["queues", "status"]).status == 2)
        #expect(try world.befallen("inexact") > 0)
    }

    @Test("A move of dead letters that takes its time is watched to its end")
    func move() throws {
        try world.addDeadLetters((0..<8).map { "letter \($0)" })
        try world.setWeather(["seed": 1, "slowMove": 1, "moveSeconds": 3, "inexact": 1])
        let run = try world.run(["queues", "redrive", "input", "--yes", "--json"])
        #expect(run.status == 0)
        let answer = try JSONValue(parsing: run.output)
        #expect(answer["moved"] == 8)
        #expect(answer["status"] == "COMPLETED")
        #expect(try world.befallen("slowMove") == 1)
    }

    @Test(
        "A change whose answer was lost is made once, and told as made",
        arguments: ["failAfter", "loseAfter"])
    func lost(kind: String) throws {
        for arguments in [
            ["rules", "set", "a@example.com", "store"], ["rules", "disable", "a@example.com"],
            ["smtp", "create", "john", "--from", "john@example.com"],
        ] {
            try world.setWeather([
                "seed": 1, kind: 1, "most": 1,
                "services": ["dynamodb:PutItem", "dynamodb:UpdateItem"],
            ])
            let run = try world.run(arguments)
            #expect(run.status == 0, "\(run.complaint)")
            #expect(try world.befallen(kind) == 1)
        }
    }
}
