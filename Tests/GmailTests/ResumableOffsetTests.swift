import HTTP
import Testing

@testable import Gmail

struct ResumableOffsetTests {
    @Test(
        "The next byte to send follows the range that Google names; any other range is none",
        arguments: [
            ("bytes=0-42", 43), ("bytes=0-0", 1), ("0-42", 43), ("bytes=0-", 0), ("bytes=", 0),
            ("bytes=0-9223372036854775806", .max), ("bytes=0-9223372036854775807", 0),
            ("bytes=0-99999999999999999999", 0),
        ] as [(String, Int64)])
    func offsets(range: String, next: Int64) {
        let answer = HTTPResponse(status: 308, headers: ["Range": range])
        #expect(GmailAPI.nextOffset(answer) == next)
        #expect(GmailAPI.nextOffset(HTTPResponse(status: 308)) == 0)
    }
}
