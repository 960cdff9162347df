import CCurl
import Glibc

/// The functions of libcurl that are used, found when they are first asked for.
///
/// `@unchecked Sendable`: the addresses are written once, before anybody else sees the value, and the functions behind
/// them may be called from any thread (each with a handle of its own).
struct CurlLibrary: @unchecked Sendable {
    /// The library, `nil` where the machine has none.
    static let shared = CurlLibrary()

    let setOption: UnsafeMutableRawPointer
    let getInfo: UnsafeMutableRawPointer
    let make: @convention(c) () -> UnsafeMutableRawPointer?
    let perform: @convention(c) (UnsafeMutableRawPointer?) -> CURLcode
    let cleanUp: @convention(c) (UnsafeMutableRawPointer?) -> Void
    let words: @convention(c) (CURLcode) -> UnsafePointer<CChar>?
    let version: @convention(c) () -> UnsafePointer<CChar>?
    let appendHeader:
        @convention(c) (
            UnsafeMutablePointer<curl_slist>?, UnsafePointer<CChar>?
        ) -> UnsafeMutablePointer<curl_slist>?
    let freeHeaders: @convention(c) (UnsafeMutablePointer<curl_slist>?) -> Void

    private init?() {
        guard let library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL),
            let start = dlsym(library, "curl_global_init"),
            let setOption = dlsym(library, "curl_easy_setopt"),
            let getInfo = dlsym(library, "curl_easy_getinfo"), let make = dlsym(library, "curl_easy_init"),
            let perform = dlsym(library, "curl_easy_perform"),
            let cleanUp = dlsym(library, "curl_easy_cleanup"),
            let words = dlsym(library, "curl_easy_strerror"), let version = dlsym(library, "curl_version"),
            let append = dlsym(library, "curl_slist_append"),
            let free = dlsym(library, "curl_slist_free_all")
        else { return nil }
        typealias Start = @convention(c) (Int) -> CURLcode
        // CURL_GLOBAL_ALL, both bits of it.
        guard unsafeBitCast(start, to: Start.self)(3) == CURLE_OK else { return nil }
        self.setOption = setOption
        self.getInfo = getInfo
        self.make = unsafeBitCast(make, to: (@convention(c) () -> UnsafeMutableRawPointer?).self)
        self.perform = unsafeBitCast(
            perform,
            to: (@convention(c) (UnsafeMutableRawPointer?) -> CURLcode).self
        )
        self.cleanUp = unsafeBitCast(cleanUp, to: (@convention(c) (UnsafeMutableRawPointer?) -> Void).self)
        self.words = unsafeBitCast(words, to: (@convention(c) (CURLcode) -> UnsafePointer<CChar>?).self)
        self.version = unsafeBitCast(version, to: (@convention(c) () -> UnsafePointer<CChar>?).self)
        appendHeader = unsafeBitCast(
            append,
            to: (@convention(c) (
                UnsafeMutablePointer<curl_slist>?, UnsafePointer<CChar>?
            ) -> UnsafeMutablePointer<curl_slist>?).self
        )
        freeHeaders = unsafeBitCast(
            free,
            to: (@convention(c) (UnsafeMutablePointer<curl_slist>?) -> Void).self
        )
    }
}
