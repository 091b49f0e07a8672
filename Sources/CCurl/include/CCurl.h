// One HTTP exchange by libcurl, which is loaded when the first one is made: a program that makes none does not pay for
// it. The options that curl_easy_setopt(3) documents are set in curl.c; nothing is taken from the environment.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// How an exchange ended.
typedef enum ccurl_outcome {
  CCURL_DONE,
  /// libcurl cannot be loaded; the text says why.
  CCURL_NO_LIBRARY,
  /// Nobody answered: no address, no route, refused, reset.
  CCURL_UNREACHABLE,
  /// The time was over.
  CCURL_TIMEOUT,
  /// The other side's certificate or its TLS is not to be trusted.
  CCURL_UNTRUSTED,
  /// More came than the body may hold.
  CCURL_TOO_LONG,
  /// What came is not HTTP, or ended too early.
  CCURL_GARBAGE,
  /// The request cannot be made as it stands (URL, certificate file).
  CCURL_IMPOSSIBLE,
} ccurl_outcome;

typedef struct ccurl_request {
  const char *method;
  const char *url;
  /// `Name: value` each.
  const char *const *headers;
  size_t header_count;
  /// One more header line, lent for the exchange and not copied by us or by libcurl's list; null for none.
  const char *secret_header;
  const uint8_t *body;
  size_t body_length;
  int64_t connect_timeout_ms;
  int64_t timeout_ms;
  /// Whether no connection of an earlier exchange may serve.
  int fresh_connection;
  /// The proxy's URL, or empty for none.
  const char *proxy;
  /// A file of certificates to trust, or empty for the system's.
  const char *ca_bundle;
} ccurl_request;

typedef struct ccurl_response {
  /// Where the body goes, by the caller.
  uint8_t *body;
  size_t body_capacity;
  size_t body_length;
  /// Where the header lines of the last response go, by the caller; what does not fit is left out.
  uint8_t *headers;
  size_t headers_capacity;
  size_t headers_length;
  long status;
  /// The status of the proxy's answer to CONNECT; 0 without one.
  long proxy_status;
  /// Whether a connection was there: a request was sent, or could have been.
  int connected;
  /// libcurl's own words for what went wrong.
  char error[256];
} ccurl_response;

/// 1 where libcurl can be used, else 0 with the reason in the response's words.
int ccurl_is_available(ccurl_response *response);

/// Makes the exchange on this thread.
ccurl_outcome ccurl_perform(const ccurl_request *request, ccurl_response *response);
