import AWS
import Testing

@testable import SMTPCredentials

/// Whatever happens, and however often it is told: IAM ends up holding what the rows say.
struct RandomHistoryTests {
    /// SplitMix64: the same history for the same seed.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    @Test(
        "After 500 changes of 40 rows, every tenth call failing, IAM holds what the rows say",
        arguments: [1, 2, 3, 20_250_118, UInt64.random(in: 0 ... .max)])
    func history(seed: UInt64) {
        print("seed \(seed)")
        var random = Generator(state: seed)
        let cloud = FakeCloud()
        var isUnrestricted = false
        cloud.fault = { call in
            if hasUnrestrictedKey(cloud) { isUnrestricted = true }
            // One call in each ten, at no fixed distance: a change of exactly ten calls must end too.
            var dice = Generator(state: seed &+ UInt64(call / 10))
            guard call % 10 == Int.random(in: 0..<10, using: &dice) else { return nil }
            return [FakeCloud.Fault.refused, .lost, .unanswered].randomElement(using: &dice)
        }
        var delivered = 0
        for _ in 0..<500 {
            change(cloud, &random)
            cloud.now += Int.random(in: 1...400, using: &random)
            // The stream lags behind by a few changes, as it does when the function fails.
            while cloud.stream.count - delivered > Int.random(in: 0...6, using: &random) {
                deliver(cloud.stream[delivered], to: cloud, &random)
                delivered += 1
            }
        }
        while delivered < cloud.stream.count {
            cloud.now += 400
            deliver(cloud.stream[delivered], to: cloud, &random)
            delivered += 1
        }
        #expect(!isUnrestricted, "a key without its policy, seed \(seed)")
        expectAgreement(cloud, seed: seed)
    }

    /// One to three deliveries, each tried until it succeeds.
    private func deliver(_ change: RowChange, to cloud: FakeCloud, _ random: inout Generator) {
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            var attempts = 0
            var last: CredentialError?
            while attempts < 50 {
                attempts += 1
                do {
                    _ = try cloud.manager.apply(change)
                    break
                } catch {
                    last = error
                    cloud.now += 10
                }
            }
            #expect(attempts < 50, "\(change) never succeeds: \(String(describing: last))")
        }
    }

    private func change(_ cloud: FakeCloud, _ random: inout Generator) {
        let name = "user\(Int.random(in: 1...40, using: &random))"
        let lists: [AttributeValue] = [
            .list([.string("a@example.com")]), .list([.string("*@example.com")]),
            .list([.string("*"), .string("b@example.org")]), .list([]), .list([.string("a*@x")]),
        ]
        let list = lists.randomElement(using: &random) ?? .list([])
        switch Int.random(in: 0..<10, using: &random) {
        case 0, 1, 2:
            cloud.put(name, ["status": .string("pending"), "allowed_from_addresses": list])
        case 3: cloud.change(name, ["allowed_from_addresses": list])
        case 4: cloud.change(name, ["status": .string("disabled")])
        case 5: cloud.change(name, ["status": .string("active")])
        case 6: cloud.change(name, ["status": .string("rotate")])
        case 7: cloud.delete(sortKey: "USER#\(name)")
        case 8: cloud.change(name, ["description": .string("\(cloud.now)")])
        default:
            let timers = cloud.rows.keys.filter { $0.hasPrefix("RETIRE#") }.sorted()
            if let timer = timers.randomElement(using: &random) { cloud.delete(sortKey: timer) }
        }
    }

    /// A key that could send from any address because its policy is not there yet.
    private func hasUnrestrictedKey(_ cloud: FakeCloud) -> Bool {
        cloud.users.values.contains { user in
            !user.keys.isEmpty && user.policies[CredentialPlan.policyName] == nil
        }
    }

    private func expectAgreement(_ cloud: FakeCloud, seed: UInt64) {
        var expectedUsers: Set<String> = []
        for (sortKey, item) in cloud.rows where sortKey.hasPrefix("USER#") {
            let row = CredentialRow(item)
            guard let userName = row.iamUserName, let user = cloud.users[userName] else {
                let isWithoutUser = row.status == .error || row.status == .disabled
                #expect(isWithoutUser, "\(sortKey) has no user, seed \(seed)")
                continue
            }
            expectedUsers.insert(userName)
            let username = String(sortKey.dropFirst("USER#".count))
            #expect(user.tags["ses-mail:username"] == username)
            let timers = cloud.rows.keys.filter { $0.hasPrefix("RETIRE#\(username)#") }
                .map { String($0.split(separator: "#")[2]) }
            let activeKeys = Set(user.keys.filter(\.value.isActive).keys)
            switch row.status {
            case .active:
                let list = try? row.senders.get()
                #expect(user.policies == [CredentialPlan.policyName: list?.policy ?? ""])
                let current = row.accessKeyID ?? "none"
                #expect(activeKeys.contains(current), "\(sortKey), seed \(seed)")
                let allowed = Set(timers + [current])
                #expect(activeKeys.isSubset(of: allowed), "an extra key of \(sortKey), seed \(seed)")
                #expect(Set(user.keys.keys).isSubset(of: allowed))
            case .disabled, .error:
                #expect(row.status == .error || activeKeys.isEmpty, "\(sortKey), seed \(seed)")
            case .pending, .rotate, .unknown:
                Issue.record("\(sortKey) is still \(row.status), seed \(seed)")
            }
        }
        #expect(Set(cloud.users.keys) == expectedUsers, "orphans, seed \(seed)")
    }
}
