package import HTTP
internal import Process
internal import Text

/// Signs every attempt anew, and learns the server's time from a refusal because of the time.
package final class SigningClient: HTTPClient {
    private let upstream: any HTTPClient
    private let signer: SigV4
    private let epochSeconds: () -> Int
    private var clockOffsetSeconds = 0
    /// The signing key of the day of the last signature. It serves for the whole day.
    private var kept: (day: String, key: [UInt8])?

    package init(
        _ upstream: any HTTPClient, signer: SigV4,
        epochSeconds: @escaping () -> Int = { Int(WallClock.epochSeconds()) }
    ) {
        self.upstream = upstream
        self.signer = signer
        self.epochSeconds = epochSeconds
    }

    package func send(_ request: HTTPRequest) throws(HTTPError) -> HTTPResponse {
        let signingTime = UTCTime(epochSeconds: epochSeconds() + clockOffsetSeconds)
        let response = try upstream.send(
            signer.signed(request, at: signingTime, key: signingKey(day: signingTime.basicDay)))
        if let refusal = AWSRefusal(response), refusal.isClockSkew,
            let serverTime = refusal.serverEpochSeconds
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
