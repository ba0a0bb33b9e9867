internal import CCurl
internal import Text

/// The one owner of a `CURL *`. Every option that we set stands in `prepare`
/// (https://curl.se/libcurl/c/easy_setopt_options.html).
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

    /// Sets all options for one exchange. The options of an earlier one are reset; its TLS session
    /// is kept. `headerList`, `transfer` and `trust` must outlive the exchange.
    /// - Parameter isFresh: whether the kept connection is not used.
    borrowing func prepare(
        _ request: HTTPRequest, headerList: borrowing HeaderList, transfer: Transfer,
        trust: TrustStore, proxy: CurlClient.Proxy, isFresh: Bool
    ) -> CURLcode {
        curl_easy_reset(handle)
        let context = UnsafeRawPointer(Unmanaged.passUnretained(transfer).toOpaque())
        var options = OptionWriter(handle: handle)
        options.set(CURLOPT_URL, request.url)
        options.set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        options.set(CURLOPT_PROTOCOLS_STR, "http,https")
        // One event at a time needs no multiplexing, and the Runtime API speaks 1.1 only.
        options.set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        // A proxy variable in a function's environment must not see the credentials.
        if proxy == .none || request.isToThisMachine { options.set(CURLOPT_PROXY, "") }
        // `/a/../b` is an S3 key like any other, and it is signed as it stands.
        options.set(CURLOPT_PATH_AS_IS, 1)
        options.set(CURLOPT_NOSIGNAL, 1)
        // A resolver that hangs must not outlast the time of the call.
        options.set(CURLOPT_QUICK_EXIT, 1)
        if case .file = request.responseBody { options.set(CURLOPT_BUFFERSIZE, 64 << 10) }
        options.set(CURLOPT_TIMEOUT_MS, request.timeoutSeconds.map { Int($0 * 1000) } ?? 0)
        options.set(CURLOPT_CONNECTTIMEOUT_MS, Int(request.connectTimeoutSeconds * 1000))
        options.set(CURLOPT_FRESH_CONNECT, isFresh ? 1 : 0)
        // No file of libcurl's own choice: the store comes from `trust`. Nor may libcurl keep one:
        // it would put the store of an earlier connection in its place.
        options.clear(CURLOPT_CAINFO)
        options.clear(CURLOPT_CAPATH)
        options.set(CURLOPT_CA_CACHE_TIMEOUT, 0)
        options.setTLSContext(TrustStore.attach, of: trust)
        options.setHeaders(headerList.first)
        options.set(CURLOPT_HEADERFUNCTION, Transfer.receiveHeader)
        options.set(CURLOPT_HEADERDATA, context)
        options.set(CURLOPT_WRITEFUNCTION, Transfer.receiveBody)
        options.set(CURLOPT_WRITEDATA, context)
        prepareBody(request, transfer: transfer, context: context, options: &options)
        return options.firstFailure
    }

    private borrowing func prepareBody(
        _ request: HTTPRequest, transfer: Transfer, context: UnsafeRawPointer,
        options: inout OptionWriter
    ) {
        guard transfer.sendsBody else { return }
        options.set(CURLOPT_POST, 1)
        options.setOffset(CURLOPT_POSTFIELDSIZE_LARGE, request.body.count)
        // A small body goes out in one piece with the header; a copy of it is cheaper than a second
        // packet.
        if request.isRepeatable, let bytes = request.body.bytes, bytes.count <= 64 << 10 {
            bytes.withUnsafeBytes { small in
                // `context` is a mere pointer: libcurl copies nothing from it.
                options.set(CURLOPT_COPYPOSTFIELDS, small.baseAddress ?? context)
            }
            return
        }
        options.set(CURLOPT_READFUNCTION, Transfer.sendBody)
        options.set(CURLOPT_READDATA, context)
        // libcurl repeats a request by itself when a kept connection turns out dead. It cannot do
        // that once it has taken a byte of a body that it cannot rewind, so what must not be
        // repeated has no seek callback: the call then ends with an error instead.
        guard request.isRepeatable else { return }
        options.setSeek(Transfer.rewindBody)
        options.set(CURLOPT_SEEKDATA, context)
    }

    borrowing func join(_ multi: UnsafeMutableRawPointer) -> CURLMcode {
        curl_multi_add_handle(multi, handle)
    }

    borrowing func leave(_ multi: UnsafeMutableRawPointer) {
        curl_multi_remove_handle(multi, handle)
    }

    borrowing func isSame(as other: UnsafeMutableRawPointer?) -> Bool {
        handle == other
    }

    /// The socket of the connection that was used last; to be asked before the handle leaves.
    borrowing func activeSocket() -> curl_socket_t {
        var socket = CURL_SOCKET_BAD
        guard sesmail_get_socket(handle, &socket) == CURLE_OK else { return CURL_SOCKET_BAD }
        return socket
    }

    /// The number of bytes of the request that were sent; 0 means that the server has seen nothing.
    borrowing func sentByteCount() -> Int {
        information(CURLINFO_REQUEST_SIZE) ?? 1
    }

    /// OpenSSL's result of verifying the peer; 0 is good.
    borrowing func verification() -> Int {
        information(CURLINFO_SSL_VERIFYRESULT) ?? 0
    }

    private borrowing func information(_ info: CURLINFO) -> Int? {
        var value = 0
        return sesmail_get_long(handle, info, &value) == CURLE_OK ? value : nil
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

    /// Gives the option no value, not even libcurl's default.
    mutating func clear(_ option: CURLoption) {
        note(sesmail_set_text(handle, option, nil))
    }

    mutating func setTLSContext(
        _ callback: sesmail_tls_context?, of trust: TrustStore
    ) {
        note(sesmail_set_tls_context(handle, callback))
        set(CURLOPT_SSL_CTX_DATA, UnsafeRawPointer(Unmanaged.passUnretained(trust).toOpaque()))
    }

    mutating func setOffset(_ option: CURLoption, _ value: Int64) {
        note(sesmail_set_offset(handle, option, curl_off_t(value)))
    }

    mutating func set(_ option: CURLoption, _ value: String) {
        // `withCString` copies nothing; passing the text itself would.
        note(value.withCString { sesmail_set_text(handle, option, $0) })
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
    /// - Parameter bodyByteCount: nil if no body is sent.
    init(_ fields: [HTTPHeaders.Field], bodyByteCount: Int64?) {
        for field in fields {
            // `name;` is libcurl's spelling of a field with an empty value.
            append(field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
        }
        append("Accept:")
        guard let bodyByteCount else { return }
        // libcurl adds it above a mebibyte, and compares each name with dozens of its own.
        if bodyByteCount > 1 << 19 { append("Expect:") }
        let hasContentType = fields.contains { $0.name.equalsIgnoringASCIICase("Content-Type") }
        if !hasContentType { append("Content-Type:") }
    }

    deinit {
        curl_slist_free_all(first)
    }

    private mutating func append(_ line: String) {
        guard let longer = line.withCString({ curl_slist_append(first, $0) }) else {
            preconditionFailure("libcurl's header list could not grow: out of memory")
        }
        first = longer
    }
}
