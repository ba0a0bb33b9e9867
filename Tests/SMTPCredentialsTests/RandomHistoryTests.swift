import AWS
import TestSupport
import Testing

@testable import SMTPCredentials

/// Whatever happens, and however often it is told: IAM ends up holding what the rows say.
struct RandomHistoryTests {
    @Test(
        "After 500 changes of 40 rows, every tenth call failing, IAM holds what the rows say",
        arguments: [1, 2, 126_704, 20_250_118, UInt64.random(in: 0 ... .max)])
    func history(seed: UInt64) {
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let cloud = FakeCloud()
        cloud.fault = { call in
            // One call in each ten, at no fixed distance: a change of exactly ten must end too.
            var dice = SeededGenerator(seed: seed &+ UInt64(call / 10))
            guard call % 10 == Int.random(in: 0..<10, using: &dice) else { return nil }
            return [FakeCloud.Fault.refused, .lost, .unanswered].randomElement(using: &dice)
        }
        for _ in 0..<500 {
            change(cloud, &random)
            cloud.now += Int.random(in: 1...400, using: &random)
            // The stream lags behind by a few changes, as it does when the function fails.
            while cloud.stream.count - cloud.delivered > Int.random(in: 0...6, using: &random) {
                deliver(cloud.stream[cloud.delivered], to: cloud, &random)
                cloud.delivered += 1
            }
        }
        while cloud.delivered < cloud.stream.count {
            cloud.now += 400
            deliver(cloud.stream[cloud.delivered], to: cloud, &random)
            cloud.delivered += 1
        }
        #expect(!cloud.hadUnrestrictedKey, "a key without its policy, seed \(seed)")
        #expect(cloud.disagreements == [], "seed \(seed)")
    }

    /// One to three deliveries, each tried until it succeeds.
    private func deliver(
        _ change: RowChange, to cloud: FakeCloud, _ random: inout SeededGenerator
    ) {
        for _ in 0..<Int.random(in: 1...3, using: &random) { cloud.deliver(change) }
    }

    private func change(_ cloud: FakeCloud, _ random: inout SeededGenerator) {
        let name = "user\(Int.random(in: 1...40, using: &random))"
        let lists: [AttributeValue] = [
            .list([.string("a@example.com")]), .list([.string("*@example.com")]),
            .list([.string("*"), .string("b@example.org")]), .list([]), .list([.string("a*@x")]),
        ]
        let list = lists.randomElement(using: &random) ?? .list([])
        switch Int.random(in: 0..<11, using: &random) {
        case 0, 1, 2:
            cloud.put(name, ["status": .string("pending"), "allowed_from_addresses": list])
        case 3: cloud.change(name, ["allowed_from_addresses": list])
        case 4: cloud.change(name, ["status": .string("disabled")])
        case 5: cloud.change(name, ["status": .string("active")])
        case 6: cloud.change(name, ["status": .string("rotate")])
        case 7: cloud.delete(sortKey: "USER#\(name)")
        case 8: cloud.change(name, ["description": .string("\(cloud.now)")])
        case 9:
            // A user that was made before there was a boundary; the next record mends it.
            guard let user = cloud.rows["USER#\(name)"]?["iam_user_name"]?.string else { return }
            cloud.users[user]?.boundary = nil
            cloud.change(name, ["description": .string("\(cloud.now)")])
        default:
            let timers = cloud.rows.keys.filter { $0.hasPrefix("RETIRE#") }.sorted()
            if let timer = timers.randomElement(using: &random) { cloud.delete(sortKey: timer) }
        }
    }
}
