import HTTP
import Testing

@testable import Gmail

/// A refresh that is made to see whether it works.
struct TokenRenewalTests {
    private let world = TokenWorld()

    private func renew() throws -> GoogleOAuth.Grant {
        try world.tokens.renew("own", mailbox: "me@gmail.com")
    }

    @Test("It is made although the access token is fresh, and nothing is written for it")
    func fresh() throws {
        world.put("own", token: "stored", endsIn: 3000)
        #expect(try renew().access.value == Secret("access-1"))
        #expect(world.log == ["read own", "refresh r0"])
    }

    @Test("A refresh token that Google rotated is written back")
    func rotated() throws {
        world.put("own", token: "stored", endsIn: 3000)
        world.rotated = "r9"
        #expect(try renew().refreshToken == Secret("r9"))
        #expect(world.log == ["read own", "refresh r0", "read own", "write own"])
    }

    @Test("What changed meanwhile is not written over")
    func changedMeanwhile() throws {
        world.put("own", token: "stored", endsIn: 3000)
        world.rotated = "r9"
        world.duringRefresh = { $0.put("own", token: "t", endsIn: 0, refreshToken: "theirs") }
        _ = try renew()
        #expect(world.log == ["read own", "refresh r0", "read own"])
    }

    @Test("A consent that is gone, and a parameter that is, are errors")
    func gone() {
        #expect(throws: GmailError.noToken(parameter: "own")) { try renew() }
        world.put("own", token: "stored", endsIn: 3000)
        world.invalidGrants = ["r0"]
        #expect(throws: GmailError.tokenInvalid(mailbox: "me@gmail.com")) { try renew() }
    }
}
