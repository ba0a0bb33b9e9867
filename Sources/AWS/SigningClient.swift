package import HTTP

#if canImport(Glibc)
    internal import Glibc
#endif

/// Signs every attempt anew, and learns the server's clock from a refusal that blames ours.
package final class SigningClient: HTTPClient {
    private let upstream: any HTTPClient
    private let signer: SigV4
    private let epochSeconds: () -> Int
    private var clockOffsetSeconds = 0
    /// The key of the day that was signed last: it is good for all of it.
    private var kept: (day: String, key: [UInt8])?

    package init(
        _ upstream: any HTTPClient, signer: SigV4,
        epochSeconds: @escaping () -> Int = { time(nil) }
    ) {
        self.upstream = upstream
        self.signer = signer
        self.epochSeconds = epochSeconds
    }

    package func send(_ request: HTTPRequest) throws(HTTPError) -> HTTPResponse {
        let signingTime = SigningTime(epochSeconds: epochSeconds() + clockOffsetSeconds)
        let response = try upstream.send(
            signer.signed(request, at: signingTime, key: signingKey(day: signingTime.day)))
        if let refusal = AWSRefusal(response), refusal.isClockSkew,
            let serverTime = response.headers["Date"].flatMap(HTTPDate.epochSeconds)
        {
            clockOffsetSeconds = serverTime - epochSeconds()
        }
        return response
    }

    private func signingKey(day: String) -> [UInt8] {
        if let kept, kept.day == day { return kept.key }
        let key = signer.signingKey(day: day)
        kept = (day, key)
        return key
    }
}

/// When did the server answer? `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7), the only form
/// that AWS sends.
enum HTTPDate {
    private static let months: [Substring] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    static func epochSeconds(_ text: String) -> Int? {
        let words = text.split { $0 == " " || $0 == "," || $0 == ":" }
        guard words.count == 8, words[7] == "GMT", let month = months.firstIndex(of: words[2])
        else { return nil }
        let numbers = [words[1], words[3], words[4], words[5], words[6]].compactMap { Int32($0) }
        guard numbers.count == 5 else { return nil }
        var utc = tm()
        utc.tm_mday = numbers[0]
        utc.tm_mon = Int32(month)
        utc.tm_year = numbers[1] - 1900
        utc.tm_hour = numbers[2]
        utc.tm_min = numbers[3]
        utc.tm_sec = numbers[4]
        return timegm(&utc)
    }
}
