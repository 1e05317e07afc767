#pragma once
#include <curl/curl.h>

// curl's setters take arguments of any type, which Swift cannot call: one function for each type.

static inline CURLcode apus_curl_set_long(CURL *easy, CURLoption option, long value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode apus_curl_set_size(CURL *easy, CURLoption option, curl_off_t value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode apus_curl_set_text(CURL *easy, CURLoption option, const char *value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode apus_curl_set_pointer(CURL *easy, CURLoption option, void *value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode apus_curl_set_list(CURL *easy, struct curl_slist *value) {
  return curl_easy_setopt(easy, CURLOPT_HTTPHEADER, value);
}

typedef size_t (*apus_curl_data_callback)(char *, size_t, size_t, void *);

static inline CURLcode apus_curl_set_data_callback(CURL *easy, CURLoption option,
                                                   apus_curl_data_callback callback) {
  return curl_easy_setopt(easy, option, callback);
}

typedef int (*apus_curl_close_callback)(void *, curl_socket_t);

static inline CURLcode apus_curl_set_close_callback(CURL *easy, apus_curl_close_callback callback) {
  return curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, callback);
}

typedef int (*apus_curl_socket_callback)(CURL *, curl_socket_t, int, void *, void *);
typedef int (*apus_curl_timer_callback)(CURLM *, long, void *);

static inline void apus_curl_multi_set_callbacks(CURLM *multi, apus_curl_socket_callback socket,
                                                 apus_curl_timer_callback timer, void *context) {
  curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, socket);
  curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, context);
  curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, timer);
  curl_multi_setopt(multi, CURLMOPT_TIMERDATA, context);
}

static inline void apus_curl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
  curl_multi_setopt(multi, option, value);
}

static inline long apus_curl_status(CURL *easy) {
  long status = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  return status;
}

// The next transfer that has ended, or none.
static inline CURL *apus_curl_multi_take_ended(CURLM *multi, CURLcode *result) {
  int left = 0;
  CURLMsg *message;
  while ((message = curl_multi_info_read(multi, &left))) {
    if (message->msg == CURLMSG_DONE) {
      *result = message->data.result;
      return message->easy_handle;
    }
  }
  return NULL;
}
