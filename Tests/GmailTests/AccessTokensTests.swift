import HTTP
import Testing

@testable import Gmail

struct AccessTokensTests {
    private let world = TokenWorld()

    @Test("A token that is fresh in the parameter is used without a refresh")
    func fresh() throws {
        world.put("own", token: "stored", endsIn: 300)
        #expect(try world.use() == "stored")
        #expect(world.log == ["read own"])
    }

    @Test("A token with less than five minutes left is refreshed and written back")
    func old() throws {
        world.put("own", token: "stored", endsIn: 299)
        #expect(try world.use() == "access-1")
        #expect(world.log == ["read own", "refresh r0", "read own", "write own"])
        let file = try OAuthToken(try #require(world.parameters["own"]?.file))
        #expect(file.access == AccessToken(value: Secret("access-1"), endsAt: world.now + 3600))
        #expect(file.refreshToken == Secret("r0"))
    }

    @Test("A token stays in memory while it lives, and is fetched again when it is old")
    func memory() throws {
        world.put("own", token: "stored", endsIn: 1000)
        for _ in 0..<3 { #expect(try world.use() == "stored") }
        #expect(world.log == ["read own"])
        world.now += 701
        #expect(try world.use() == "access-1")
        #expect(world.log.dropFirst() == ["read own", "refresh r0", "read own", "write own"])
    }

    @Test("Each mailbox has a token of its own, and its own parameter counts before the default")
    func mailboxes() throws {
        world.put("default", token: "shared", endsIn: 1000)
        world.put("own", token: "mine", endsIn: 1000)
        #expect(try world.use() == "mine")
        #expect(
            try world.use(mailbox: "other@gmail.com", parameters: ["absent", "default"]) == "shared"
        )
        #expect(try world.use() == "mine")
        #expect(world.log == ["read own", "read absent", "read default"])
    }

    @Test("Without any token the parameters are named")
    func none() {
        #expect(throws: GmailError.noToken(parameter: "default")) { try world.use() }
    }

    @Test("A refused token is read once more and refreshed, and used once more")
    func refused() throws {
        world.put("own", token: "stored", endsIn: 1000)
        #expect(try world.use(refusing: ["stored"]) == "access-1")
        #expect(
            world.log == ["read own", "read own", "refresh r0", "read own", "write own"])
        #expect(try world.use() == "access-1")
        #expect(world.log.count == 5)
    }

    @Test("After a refusal, what another process has put there meanwhile is used as it is")
    func refusedButRenewed() throws {
        world.put("own", token: "stored", endsIn: 1000)
        _ = try world.use()
        world.put("own", token: "renewed", endsIn: 2000)
        #expect(try world.use(refusing: ["stored"]) == "renewed")
        #expect(world.log == ["read own", "read own"])
    }

    @Test("A token that is refused twice is an error, not a loop")
    func refusedTwice() {
        world.put("own", token: "stored", endsIn: 1000)
        #expect(throws: GmailError.unauthorized(mailbox: "me@gmail.com")) {
            try world.use(refusing: ["stored", "access-1"])
        }
        #expect(world.log.filter { $0.hasPrefix("refresh") } == ["refresh r0"])
    }

    @Test("A refused token that was never written back is not followed by an older one")
    func refusedAndOlder() throws {
        world.put("own", token: "stored", endsIn: 0)
        _ = try world.use()
        world.now += 60
        #expect(try world.use(refusing: ["access-1"]) == "access-2")
        #expect(try world.use(refusing: ["access-1", "access-2"]) == "access-3")
    }

    @Test("Any other failure of the use is not repeated")
    func otherFailure() {
        world.put("own", token: "stored", endsIn: 1000)
        var uses = 0
        #expect(throws: GmailError.uploadUnfinished("x")) {
            try world.tokens.withToken(for: "me@gmail.com", parameters: ["own"]) {
                _ throws(GmailError) in
                uses += 1
                throw .uploadUnfinished("x")
            }
        }
        #expect(uses == 1)
    }

    @Test("A consent that was withdrawn is read once more, and then an error")
    func invalidGrant() {
        world.put("own", token: "stored", endsIn: 0)
        world.invalidGrants = ["r0"]
        #expect(throws: GmailError.tokenInvalid(mailbox: "me@gmail.com")) { try world.use() }
        #expect(world.log == ["read own", "refresh r0", "read own"])
    }

    @Test("A new consent that is there by then is used")
    func consentedAnew() throws {
        world.put("own", token: "stored", endsIn: 0)
        world.invalidGrants = ["r0"]
        world.duringRefresh = { world in
            world.put("own", token: "stored", endsIn: 0, refreshToken: "r1")
            world.duringRefresh = nil
        }
        #expect(try world.use() == "access-2")
        #expect(
            world.log == [
                "read own", "refresh r0", "read own", "refresh r1", "read own", "write own",
            ])
    }

    @Test("A refresh token that Google rotated is written back at once")
    func rotated() throws {
        world.put("own", token: "stored", endsIn: 0)
        _ = try world.use()
        world.now += 600
        world.rotated = "r9"
        #expect(try world.use(refusing: ["access-1"]) == "access-2")
        #expect(world.log.suffix(2) == ["read own", "write own"])
        let file = try OAuthToken(try #require(world.parameters["own"]?.file))
        #expect(file.refreshToken == Secret("r9"))
    }

    @Test("An access token alone is written back once an hour at most")
    func hourly() throws {
        world.put("own", token: "stored", endsIn: 0)
        _ = try world.use()
        var refused: [String] = ["access-1"]
        for _ in 0..<5 {
            world.now += 600
            refused.append(try world.use(refusing: refused))
        }
        #expect(world.log.filter { $0.hasPrefix("write") }.count == 1)
        world.now += 600
        _ = try world.use(refusing: refused)
        #expect(world.log.filter { $0.hasPrefix("write") }.count == 2)
    }

    @Test("What changed meanwhile is never overwritten", arguments: ["r0", "r1"])
    func changedMeanwhile(refreshToken: String) throws {
        world.put("own", token: "stored", endsIn: 0)
        world.rotated = "r9"
        world.duringRefresh = { world in
            world.put("own", token: "theirs", endsIn: 0, refreshToken: refreshToken)
        }
        #expect(try world.use() == "access-1")
        #expect(!world.log.contains { $0.hasPrefix("write") })
    }

    @Test("A parameter that is gone by then is not made anew")
    func goneMeanwhile() throws {
        world.put("own", token: "stored", endsIn: 0)
        world.duringRefresh = { $0.parameters = [:] }
        #expect(try world.use() == "access-1")
        #expect(world.parameters.isEmpty)
    }

    @Test("A consent that lands between the look and the write is reported, once")
    func overwritten() throws {
        world.put("own", token: "stored", endsIn: 0)
        world.duringWrite = { world in
            world.put("own", token: "theirs", endsIn: 0, refreshToken: "r1")
            world.duringWrite = nil
        }
        #expect(try world.use() == "access-1")
        #expect(world.warnings.count == 1)
        #expect(
            world.warnings[0].hasPrefix("version 1 of the parameter was read and version 3 made"))
        // What follows on our own version is no news.
        world.now += 4000
        _ = try world.use()
        #expect(world.log.filter { $0 == "write own" }.count == 2)
        #expect(world.warnings.count == 1)
    }

    @Test("A write-back that fails is a warning, and the token is used")
    func failedWrite() throws {
        world.put("own", token: "stored", endsIn: 0)
        world.failing = "write own"
        #expect(try world.use() == "access-1")
        #expect(world.warnings == ["write own failed"])
        #expect(try world.use() == "access-1")
        #expect(world.warnings.count == 1)
    }

    @Test("A parameter that cannot be read, or a refresh that fails, is an error")
    func failures() {
        world.failing = "read own"
        #expect(throws: TokenWorld.Failed("read own failed")) { try world.use() }
        world.failing = nil
        world.put("own", token: "stored", endsIn: 0)
        world.refreshError = .unanswered(.timedOut(CallName("Google", "token")))
        #expect(throws: GmailError.unanswered(.timedOut(CallName("Google", "token")))) {
            try world.use()
        }
        world.parameters["own"] = .init(file: Secret("{}"), version: 9)
        #expect(throws: GmailError.malformedToken("it has no client_id")) { try world.use() }
    }
}
