#define CURL_DISABLE_TYPECHECK
#include "CCurl.h"

#include <curl/curl.h>
#include <dlfcn.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#undef curl_easy_setopt
#undef curl_easy_getinfo

static struct {
  void *library;
  CURL *handle;
  __typeof__(&curl_global_init) global_init;
  __typeof__(&curl_easy_init) init;
  __typeof__(&curl_easy_reset) reset;
  __typeof__(&curl_easy_setopt) set;
  __typeof__(&curl_easy_getinfo) get;
  __typeof__(&curl_easy_perform) perform;
  __typeof__(&curl_easy_strerror) words;
  __typeof__(&curl_slist_append) append;
  __typeof__(&curl_slist_free_all) free_list;
  // libssl's, where libcurl uses it.
  __typeof__(&SSL_CTX_set_options) set_tls_options;
} curl;

static void say(ccurl_response *response, const char *text) {
  snprintf(response->error, sizeof response->error, "%s", text ? text : "no reason given");
}

// Resolves the functions once; 0 with the reason in the response when the library is missing or is another one.
static int load(ccurl_response *response) {
  if (curl.handle) return 1;
  void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    say(response, dlerror());
    return 0;
  }
#define RESOLVE(member, name) *(void **)&curl.member = dlsym(library, #name)
  RESOLVE(global_init, curl_global_init);
  RESOLVE(init, curl_easy_init);
  RESOLVE(reset, curl_easy_reset);
  RESOLVE(set, curl_easy_setopt);
  RESOLVE(get, curl_easy_getinfo);
  RESOLVE(perform, curl_easy_perform);
  RESOLVE(words, curl_easy_strerror);
  RESOLVE(append, curl_slist_append);
  RESOLVE(free_list, curl_slist_free_all);
  RESOLVE(set_tls_options, SSL_CTX_set_options);
#undef RESOLVE
  if (!curl.global_init || !curl.init || !curl.reset || !curl.set || !curl.get || !curl.perform || !curl.words ||
      !curl.append || !curl.free_list) {
    say(response, "libcurl.so.4 lacks a function");
    return 0;
  }
  if (curl.global_init(CURL_GLOBAL_ALL) != CURLE_OK || !(curl.handle = curl.init())) {
    say(response, "libcurl cannot be initialized");
    return 0;
  }
  curl.library = library;
  return 1;
}

// Answers hold secrets: libssl wipes what it decrypted when it was read, and take_body what libcurl held of it.
static CURLcode wipe_plaintext(CURL *handle, void *context, void *unused) {
  (void)handle;
  (void)unused;
  curl.set_tls_options(context, SSL_OP_CLEANSE_PLAINTEXT);
  return CURLE_OK;
}

static size_t take_body(char *bytes, size_t size, size_t count, void *target) {
  ccurl_response *response = target;
  size_t length = size * count;
  if (length > response->body_capacity - response->body_length) return 0;
  memcpy(response->body + response->body_length, bytes, length);
  explicit_bzero(bytes, length);
  response->body_length += length;
  return length;
}

static size_t take_header(char *bytes, size_t size, size_t count, void *target) {
  ccurl_response *response = target;
  size_t length = size * count;
  // A status line begins another response: of a proxy, or after `100 Continue`.
  if (length > 5 && memcmp(bytes, "HTTP/", 5) == 0) response->headers_length = 0;
  if (length <= response->headers_capacity - response->headers_length) {
    memcpy(response->headers + response->headers_length, bytes, length);
    response->headers_length += length;
  }
  return length;
}

static ccurl_outcome classify(CURLcode code, const ccurl_response *response) {
  switch (code) {
  case CURLE_OK: return CCURL_DONE;
  case CURLE_OPERATION_TIMEDOUT: return CCURL_TIMEOUT;
  case CURLE_COULDNT_RESOLVE_PROXY:
  case CURLE_COULDNT_RESOLVE_HOST:
  case CURLE_COULDNT_CONNECT:
  case CURLE_SEND_ERROR:
  case CURLE_RECV_ERROR:
  case CURLE_GOT_NOTHING:
  // The handshake ended early, or what answered speaks no TLS: certificates have codes of their own.
  case CURLE_SSL_CONNECT_ERROR:
  case CURLE_PROXY: return CCURL_UNREACHABLE;
  case CURLE_PEER_FAILED_VERIFICATION:
  case CURLE_SSL_CERTPROBLEM:
  case CURLE_SSL_CIPHER:
  case CURLE_SSL_ISSUER_ERROR:
  case CURLE_SSL_INVALIDCERTSTATUS: return CCURL_UNTRUSTED;
  case CURLE_WRITE_ERROR:
  case CURLE_FILESIZE_EXCEEDED: return CCURL_TOO_LONG;
  case CURLE_WEIRD_SERVER_REPLY:
  case CURLE_PARTIAL_FILE:
  case CURLE_BAD_CONTENT_ENCODING:
  case CURLE_UNSUPPORTED_PROTOCOL:
  case CURLE_HTTP2:
  case CURLE_HTTP2_STREAM: return response->connected ? CCURL_GARBAGE : CCURL_IMPOSSIBLE;
  default: return CCURL_IMPOSSIBLE;
  }
}

static struct curl_slist *header_list(const ccurl_request *request) {
  // An empty value takes a header away that libcurl would add by itself.
  struct curl_slist *list = curl.append(NULL, "Expect:");
  int has_type = 0;
  for (size_t index = 0; index < request->header_count; index++) {
    list = curl.append(list, request->headers[index]);
    if (strncasecmp(request->headers[index], "content-type:", 13) == 0) has_type = 1;
  }
  return has_type ? list : curl.append(list, "Content-Type:");
}

static void set_options(const ccurl_request *request, ccurl_response *response, struct curl_slist *headers) {
  CURL *handle = curl.handle;
  curl.set(handle, CURLOPT_ERRORBUFFER, response->error);
  curl.set(handle, CURLOPT_NOSIGNAL, 1L);
  curl.set(handle, CURLOPT_URL, request->url);
  curl.set(handle, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
  curl.set(handle, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
  curl.set(handle, CURLOPT_FOLLOWLOCATION, 0L);
  curl.set(handle, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
  curl.set(handle, CURLOPT_FRESH_CONNECT, (long)request->fresh_connection);
  if (request->ca_bundle[0]) curl.set(handle, CURLOPT_CAINFO, request->ca_bundle);
  if (curl.set_tls_options) curl.set(handle, CURLOPT_SSL_CTX_FUNCTION, wipe_plaintext);
  // An empty proxy is none, whatever the environment says (CURLOPT_PROXY(3)).
  curl.set(handle, CURLOPT_PROXY, request->proxy);
  if (!request->proxy[0]) curl.set(handle, CURLOPT_NOPROXY, "*");
  curl.set(handle, CURLOPT_CONNECTTIMEOUT_MS, (long)request->connect_timeout_ms);
  curl.set(handle, CURLOPT_TIMEOUT_MS, (long)request->timeout_ms);
  curl.set(handle, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)response->body_capacity);
  if (request->body_length || strcmp(request->method, "GET") != 0) {
    curl.set(handle, CURLOPT_POSTFIELDS, request->body_length ? (const char *)request->body : "");
    curl.set(handle, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_length);
  }
  curl.set(handle, CURLOPT_CUSTOMREQUEST, request->method);
  curl.set(handle, CURLOPT_HTTPHEADER, headers);
  curl.set(handle, CURLOPT_WRITEFUNCTION, take_body);
  curl.set(handle, CURLOPT_WRITEDATA, response);
  curl.set(handle, CURLOPT_HEADERFUNCTION, take_header);
  curl.set(handle, CURLOPT_HEADERDATA, response);
}

int ccurl_is_available(ccurl_response *response) {
  response->error[0] = 0;
  return load(response);
}

ccurl_outcome ccurl_perform(const ccurl_request *request, ccurl_response *response) {
  response->error[0] = 0;
  if (!load(response)) return CCURL_NO_LIBRARY;
  curl.reset(curl.handle);
  struct curl_slist *headers = header_list(request);
  // curl_slist_append(3) would copy the line into memory that nobody wipes; a node of our own in front lends it.
  struct curl_slist secret = {(char *)request->secret_header, headers};
  set_options(request, response, request->secret_header ? &secret : headers);
  CURLcode code = curl.perform(curl.handle);
  double connected = 0;
  double ready = 0;
  curl.get(curl.handle, CURLINFO_RESPONSE_CODE, &response->status);
  curl.get(curl.handle, CURLINFO_HTTP_CONNECTCODE, &response->proxy_status);
  curl.get(curl.handle, CURLINFO_CONNECT_TIME, &connected);
  // A connection that was there already took no time to make; the transfer was about to begin on it all the same.
  curl.get(curl.handle, CURLINFO_PRETRANSFER_TIME, &ready);
  response->connected = connected > 0 || ready > 0;
  if (code != CURLE_OK && !response->error[0]) say(response, curl.words(code));
  curl.reset(curl.handle);
  curl.free_list(headers);
  return classify(code, response);
}
