// Delays of messages, in milliseconds, kept until they are reported.
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct delays {
  double *values;
  size_t count, room;
};

/// Nanoseconds since 1970, as those who send stamp what they send.
static inline long long wall_clock(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static inline void delays_add(struct delays *delays, double milliseconds) {
  if (delays->count == delays->room) {
    delays->room = delays->room ? delays->room * 2 : 65536;
    delays->values = realloc(delays->values, delays->room * sizeof *delays->values);
    if (!delays->values) abort();
  }
  delays->values[delays->count++] = milliseconds;
}

static int delays_compare(const void *one, const void *other) {
  double a = *(const double *)one, b = *(const double *)other;
  return (a > b) - (a < b);
}

/// Prints the members `delays`, `p50`, `p99` and `latest` of a JSON object, and begins anew.
static inline void delays_report(struct delays *delays) {
  size_t count = delays->count;
  qsort(delays->values, count, sizeof *delays->values, delays_compare);
  printf("\"delays\": %zu", count);
  if (count)
    printf(", \"p50\": %.3f, \"p99\": %.3f, \"latest\": %.3f", delays->values[count / 2],
           delays->values[count * 99 / 100], delays->values[count - 1]);
  delays->count = 0;
}
