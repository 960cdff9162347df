// libcurl's types, without linking it: the library is loaded when a collector is first spoken to, so that no other use of the
// program pays for its thirty shared objects or fails where it is missing. Swift cannot call C functions with a variable
// number of arguments, hence these four.
#include <curl/curl.h>
#include <dlfcn.h>
#include <stddef.h>

static inline CURLcode admf_curl_set_long(void *setopt, CURL *handle, CURLoption option, long value) {
    return ((CURLcode (*)(CURL *, CURLoption, ...))setopt)(handle, option, value);
}

static inline CURLcode admf_curl_set_pointer(void *setopt, CURL *handle, CURLoption option, const void *value) {
    return ((CURLcode (*)(CURL *, CURLoption, ...))setopt)(handle, option, value);
}

static inline CURLcode admf_curl_get_long(void *getinfo, CURL *handle, CURLINFO info, long *value) {
    return ((CURLcode (*)(CURL *, CURLINFO, ...))getinfo)(handle, info, value);
}

static size_t admf_curl_drop(char *bytes, size_t size, size_t count, void *context) {
    (void)bytes;
    (void)context;
    return size * count;
}

static inline CURLcode admf_curl_drop_answer(void *setopt, CURL *handle) {
    return ((CURLcode (*)(CURL *, CURLoption, ...))setopt)(handle, CURLOPT_WRITEFUNCTION, admf_curl_drop);
}
