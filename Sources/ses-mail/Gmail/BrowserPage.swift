/// What the browser shows when it comes back from Google. Fixed words only: nothing of the address
/// that it came with.
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
        case .failed: ("It did not work", "The terminal says why; nothing was stored.")
        case .denied: ("No consent", "Nothing was stored. You can close this window.")
        case .foreign: ("Not this consent", "This answers another question; nothing was stored.")
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
