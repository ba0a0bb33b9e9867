internal import CCurl

/// The one owner of a `CURL *`: connections are kept in it from request to request, and every
/// option that we set stands in `prepare` (https://curl.se/libcurl/c/easy_setopt_options.html).
struct CurlHandle: ~Copyable {
    private let handle: UnsafeMutableRawPointer

    init() {
        guard let handle = curl_easy_init() else {
            preconditionFailure("libcurl could not be initialised: out of memory")
        }
        self.handle = handle
    }

    deinit {
        curl_easy_cleanup(handle)
    }

    /// Sets all options for one exchange; what an earlier one set is forgotten, its connections
    /// are not. `headerList` and `transfer` must outlive `perform`.
    borrowing func prepare(
        _ request: HTTPRequest, headerList: borrowing HeaderList, transfer: Transfer,
        certificates: String?
    ) -> CURLcode {
        curl_easy_reset(handle)
        let context = UnsafeRawPointer(Unmanaged.passUnretained(transfer).toOpaque())
        var options = OptionWriter(handle: handle)
        options.set(CURLOPT_URL, request.url)
        options.set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        options.set(CURLOPT_PROTOCOLS_STR, "http,https")
        // One event at a time needs no multiplexing, and the Runtime API speaks 1.1 only.
        options.set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        // A proxy variable in the environment must not see the credentials.
        options.set(CURLOPT_PROXY, "")
        // `/a/../b` is an S3 key like any other, and it is signed as it stands.
        options.set(CURLOPT_PATH_AS_IS, 1)
        options.set(CURLOPT_NOSIGNAL, 1)
        options.set(CURLOPT_MAXCONNECTS, 8)
        if case .file = request.responseBody { options.set(CURLOPT_BUFFERSIZE, 64 << 10) }
        options.set(CURLOPT_TIMEOUT_MS, request.timeoutSeconds.map { Int($0 * 1000) } ?? 0)
        options.set(CURLOPT_CONNECTTIMEOUT_MS, 5000)
        // libcurl repeats a request by itself when a reused connection turns out dead. That may
        // send a mail twice, so what must not be repeated gets a connection of its own.
        options.set(CURLOPT_FRESH_CONNECT, request.isRepeatable ? 0 : 1)
        if let certificates { options.set(CURLOPT_CAINFO, certificates) }
        options.setHeaders(headerList.first)
        options.set(CURLOPT_HEADERFUNCTION, Transfer.receiveHeader)
        options.set(CURLOPT_HEADERDATA, context)
        options.set(CURLOPT_WRITEFUNCTION, Transfer.receiveBody)
        options.set(CURLOPT_WRITEDATA, context)
        prepareBody(request.body, transfer: transfer, context: context, options: &options)
        return options.firstFailure
    }

    private borrowing func prepareBody(
        _ body: HTTPBody, transfer: Transfer, context: UnsafeRawPointer,
        options: inout OptionWriter
    ) {
        guard transfer.sendsBody else { return }
        options.set(CURLOPT_POST, 1)
        options.setOffset(CURLOPT_POSTFIELDSIZE_LARGE, body.count)
        // A small body goes out in one piece with the header; a copy of it is cheaper than a second
        // packet.
        if let bytes = body.bytes, bytes.count <= 64 << 10 {
            bytes.withUnsafeBytes { small in
                options.set(CURLOPT_COPYPOSTFIELDS, small.baseAddress ?? context)
            }
            return
        }
        options.set(CURLOPT_READFUNCTION, Transfer.sendBody)
        options.set(CURLOPT_READDATA, context)
        options.setSeek(Transfer.rewindBody)
        options.set(CURLOPT_SEEKDATA, context)
    }

    /// Runs the prepared exchange to its end.
    borrowing func perform() -> CURLcode {
        curl_easy_perform(handle)
    }

    /// How many bytes of request have left; 0 means that the server has seen nothing.
    borrowing func sentByteCount() -> Int {
        var count = 0
        guard sesmail_get_long(handle, CURLINFO_REQUEST_SIZE, &count) == CURLE_OK else { return 1 }
        return count
    }
}

/// Sets options one after the other and remembers the first that libcurl refused.
private struct OptionWriter {
    let handle: UnsafeMutableRawPointer
    private(set) var firstFailure = CURLE_OK

    init(handle: UnsafeMutableRawPointer) {
        self.handle = handle
    }

    mutating func set(_ option: CURLoption, _ value: Int) {
        note(sesmail_set_long(handle, option, value))
    }

    mutating func setOffset(_ option: CURLoption, _ value: Int64) {
        note(sesmail_set_offset(handle, option, curl_off_t(value)))
    }

    mutating func set(_ option: CURLoption, _ value: String) {
        note(sesmail_set_text(handle, option, value))
    }

    mutating func set(_ option: CURLoption, _ value: UnsafeRawPointer) {
        note(sesmail_set_pointer(handle, option, value))
    }

    mutating func set(_ option: CURLoption, _ value: sesmail_transfer) {
        note(sesmail_set_transfer(handle, option, value))
    }

    mutating func setSeek(_ value: sesmail_seek) {
        note(sesmail_set_seek(handle, value))
    }

    mutating func setHeaders(_ list: UnsafeMutablePointer<curl_slist>?) {
        note(sesmail_set_headers(handle, list))
    }

    private mutating func note(_ code: CURLcode) {
        if firstFailure == CURLE_OK { firstFailure = code }
    }
}

/// The header fields of one request in libcurl's own list, freed with this owner.
struct HeaderList: ~Copyable {
    private(set) var first: UnsafeMutablePointer<curl_slist>?

    /// Adds `fields`, and empties the fields that libcurl would otherwise invent.
    init(_ fields: [HTTPHeaders.Field], hasBody: Bool) {
        for field in fields {
            // `name;` is libcurl's spelling of a field with an empty value.
            append(field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
        }
        append("Expect:")
        append("Accept:")
        let hasContentType = fields.contains { $0.name.equalsIgnoringASCIICase("Content-Type") }
        if hasBody && !hasContentType { append("Content-Type:") }
    }

    deinit {
        curl_slist_free_all(first)
    }

    private mutating func append(_ line: String) {
        guard let longer = curl_slist_append(first, line) else {
            preconditionFailure("libcurl's header list could not grow: out of memory")
        }
        first = longer
    }
}
