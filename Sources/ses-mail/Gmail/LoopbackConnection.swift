internal import HTTP
internal import Process
internal import Text

/// One browser's connection, and its request. It ends with its owner.
final class LoopbackConnection {
    /// What the browser has sent.
    enum Arrival: Equatable {
        case request(method: String, target: String)
        /// The beginning of TLS, although the address says http.
        case encrypted
        /// More than any browser's head has.
        case tooMuch
    }

    private let socket: Socket
    private(set) var hasEnded = false
    /// The request line, as far as it has arrived. The headers are only counted: a browser sends
    /// 127.0.0.1 the cookies of every program that ever listened there.
    private var line: [UInt8] = []
    private var hasLine = false
    private var count = 0
    private var lastBytes: [UInt8] = []
    private var firstByte: UInt8?
    private var isWhole = false

    private static let lineLimit = 64 << 10
    private static let headLimit = 4 << 20
    private static let handshake: UInt8 = 22
    private static let headEnd = Array("\r\n\r\n".utf8)

    /// Takes the next connection; nil where the browser has closed it already.
    init?(accepting listener: borrowing ListeningSocket) {
        guard let socket = listener.accept() else { return nil }
        self.socket = socket
    }

    var descriptor: Descriptor { socket.descriptor }

    /// Takes what has arrived.
    func read() {
        do {
            guard let bytes = try socket.receive(limit: 64 << 10) else { return }
            hasEnded = bytes.isEmpty
            take(bytes)
        } catch {
            hasEnded = true
        }
    }

    private func take(_ bytes: [UInt8]) {
        if firstByte == nil { firstByte = bytes.first }
        count += bytes.count
        if !hasLine {
            let end = bytes.firstIndex(of: UInt8(ascii: "\r"))
            line += bytes[..<(end ?? bytes.endIndex)]
            hasLine = end != nil
        }
        let tail = lastBytes + bytes
        isWhole = isWhole || tail[...].firstRange(ofBytes: Self.headEnd) != nil
        lastBytes = Array(tail.suffix(Self.headEnd.count - 1))
    }

    /// The arrival, once it is known; a body is not waited for.
    var arrival: Arrival? {
        if firstByte == Self.handshake { return .encrypted }
        if line.count > Self.lineLimit || count > Self.headLimit { return .tooMuch }
        guard isWhole else { return nil }
        let words = line.split(separator: UInt8(ascii: " "))
        guard words.count == 3 else { return .request(method: "", target: "") }
        return .request(
            method: String(decoding: words[0], as: UTF8.self),
            target: String(decoding: words[1], as: UTF8.self))
    }

    /// Shows a page, which is small enough to fit into the socket.
    func show(_ page: BrowserPage) {
        send(page.bytes)
    }

    /// Ends the handshake of a browser that wants TLS, so that it does not wait: a fatal alert that
    /// no version is shared (RFC 8446 §6.2).
    func refuseEncryption() {
        send([21, 3, 1, 0, 2, 2, 70])
    }

    private func send(_ bytes: [UInt8]) {
        let deadline = Clock.monotonicSeconds() + 1
        do {
            try socket.send(bytes, deadlineSeconds: deadline)
            socket.endWriting()
            // A socket that is closed with bytes unread is reset, and the page with it.
            while !isWhole, let bytes = try receive(deadline), !bytes.isEmpty {}
        } catch {
            // The browser has gone; the terminal shows the same.
        }
    }

    /// What a browser still sends, which has paused for less than a moment.
    private func receive(_ deadlineSeconds: Double) throws(SystemError) -> [UInt8]? {
        let pauseEnd = Clock.monotonicSeconds() + 0.2
        return try socket.receive(
            limit: 64 << 10, deadlineSeconds: min(deadlineSeconds, pauseEnd))
    }
}

/// The page that the browser shows when it returns from Google. It has fixed words only, and
/// nothing of the address that was asked for.
enum BrowserPage {
    case stored
    case failed
    case denied
    case foreign
    case unknown
    case tooMuch

    private var status: String {
        switch self {
        case .stored, .failed, .denied: "200 OK"
        case .foreign: "400 Bad Request"
        case .unknown: "404 Not Found"
        case .tooMuch: "431 Request Header Fields Too Large"
        }
    }

    private var words: (title: String, text: String) {
        switch self {
        case .stored: ("Consent stored", "You can close this window.")
        case .failed: ("It did not work", "The terminal has the reason. Nothing was stored.")
        case .denied: ("No consent", "Nothing was stored. You can close this window.")
        case .foreign: ("Not this consent", "This answers another request. Nothing was stored.")
        case .unknown: ("Not here", "There is nothing at this address.")
        case .tooMuch:
            (
                "Too many cookies",
                "Paste this page's address into the terminal, or delete the cookies of 127.0.0.1."
            )
        }
    }

    /// The whole answer, after which the connection ends.
    var bytes: [UInt8] {
        let body = """
            <!doctype html><html lang="en"><meta charset="utf-8"><title>ses-mail</title>
            <body style="font-family: sans-serif; margin: 4em">
            <h1>\(words.title)</h1><p>\(words.text)</p></body></html>

            """
        let head = [
            "HTTP/1.1 \(status)", "Content-Type: text/html; charset=utf-8",
            "Content-Length: \(body.utf8.count)", "Cache-Control: no-store",
            "Referrer-Policy: no-referrer",
            "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'",
            "Connection: close",
        ]
        return Array((head.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8)
    }
}
