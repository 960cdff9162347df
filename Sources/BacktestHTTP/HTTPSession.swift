import CCurl

/// Posts documents to one address over a connection that is kept open.
///
/// A class because it owns libcurl's handle, which it frees. One thread uses it at a time.
public final class HTTPSession {
    private let address: String
    private let timeoutMilliseconds: Int
    private let library: CurlLibrary?
    private let handle: UnsafeMutableRawPointer?
    private var headers: UnsafeMutablePointer<curl_slist>?

    /// Makes a session; nothing is sent yet.
    ///
    /// - Parameters:
    ///   - address: `http://` or `https://`.
    ///   - contentType: The type of every document, such as `application/json`.
    ///   - timeoutMilliseconds: Longest time for one document from connecting to the end of the answer.
    public init(address: String, contentType: String, timeoutMilliseconds: Int) {
        self.address = address
        self.timeoutMilliseconds = timeoutMilliseconds
        library = CurlLibrary.shared
        handle = library?.make()
        // An empty Expect keeps libcurl from waiting a second for permission to send a large document.
        for header in ["Content-Type: \(contentType)", "Expect:"] {
            headers = library?.appendHeader(headers, header) ?? headers
        }
        prepare()
    }

    deinit {
        library?.freeHeaders(headers)
        library?.cleanUp(handle)
    }

    /// The version of libcurl, `nil` where the machine has none.
    public static var libraryVersion: String? {
        guard let words = CurlLibrary.shared?.version() else { return nil }
        let first = String(cString: words).split(separator: " ").first ?? ""
        return first.split(separator: "/").last.map(String.init)
    }

    private func prepare() {
        guard let library else { return }
        set(CURLOPT_POST, 1)
        // Without this a timeout while a name is looked up would be a signal to the whole process.
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_TIMEOUT_MS, timeoutMilliseconds)
        set(CURLOPT_CONNECTTIMEOUT_MS, timeoutMilliseconds)
        _ = address.withCString { admf_curl_set_pointer(library.setOption, handle, CURLOPT_URL, $0) }
        _ = "admf".withCString { admf_curl_set_pointer(library.setOption, handle, CURLOPT_USERAGENT, $0) }
        _ = admf_curl_set_pointer(library.setOption, handle, CURLOPT_HTTPHEADER, headers)
        _ = admf_curl_drop_answer(library.setOption, handle)
    }

    private func set(_ option: CURLoption, _ value: Int) {
        guard let library else { return }
        _ = admf_curl_set_long(library.setOption, handle, option, value)
    }

    /// Sends a document and waits for the answer, whose body is dropped.
    public func post(_ bytes: UnsafeBufferPointer<UInt8>) throws(HTTPFailure) {
        guard let library, let handle else { throw .noLibrary }
        set(CURLOPT_POSTFIELDSIZE, bytes.count)
        _ = admf_curl_set_pointer(library.setOption, handle, CURLOPT_POSTFIELDS, bytes.baseAddress)
        let code = library.perform(handle)
        guard code == CURLE_OK else {
            let words = library.words(code).map { String(cString: $0) } ?? "error \(code.rawValue)"
            throw .transport("\(words) (\(address))")
        }
        var status = 0
        _ = admf_curl_get_long(library.getInfo, handle, CURLINFO_RESPONSE_CODE, &status)
        guard (200..<300).contains(status) else { throw .status(status) }
    }
}
