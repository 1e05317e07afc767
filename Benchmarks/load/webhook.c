// A webhook that takes every event, for `events.py`.
//
//   webhook ROWS
//
// Prints the port of loopback that it listens at. Each line of its input has it print what was told
// since the last one, as a line of JSON: how many changes, how many of them a second time, how many
// before one of their row that was told earlier, and the delays from the change to the request's last byte.
// A row has `id` from 1 to ROWS, `n`, which grows by one with each change, and `at`, seconds since 1970.
// One thread and one epoll, so that the webhook costs little beside the server that is measured.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "delays.h"

#define ROOM 16384
#define SOCKETS 4096
#define CHANGES 65536

struct connection {
  char bytes[ROOM + 1];
  size_t length;
};

struct row {
  unsigned char told[CHANGES / 8];
  long last;
};

static const char answer[] = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
static struct connection *connections[SOCKETS];
static struct row *rows;
static long row_count;
static struct delays delays;
static size_t repeated, disordered;

static void fail(const char *what) {
  fprintf(stderr, "webhook: %s\n", what);
  exit(1);
}

/// The number of a member of the event's new row.
static double member(const char *row, const char *name) {
  const char *found = strstr(row, name);
  if (!found) fail("an event without the row's members");
  return strtod(found + strlen(name), NULL);
}

static void take(const char *body) {
  long long now = wall_clock();
  const char *new = strstr(body, "\"new\"");
  if (!new) fail("an event without a new row");
  long id = member(new, "\"id\":"), change = member(new, "\"n\":");
  if (id < 1 || id > row_count || change < 0 || change >= CHANGES) fail("an event of another row");
  struct row *row = &rows[id - 1];
  unsigned char bit = 1 << change % 8;
  if (row->told[change / 8] & bit) {
    repeated++;
    return;
  }
  row->told[change / 8] |= bit;
  if (change < row->last) disordered++;
  row->last = change;
  delays_add(&delays, now / 1e6 - member(new, "\"at\":") * 1e3);
}

/// Answers each request that is there in full; false where the connection is over.
static int receive(int socket) {
  struct connection *connection = connections[socket];
  ssize_t count =
      recv(socket, connection->bytes + connection->length, ROOM - connection->length, 0);
  if (count <= 0) return 0;
  connection->length += count;
  connection->bytes[connection->length] = 0;
  char *start = connection->bytes, *end;
  while ((end = strstr(start, "\r\n\r\n"))) {
    char *length = strcasestr(start, "content-length:");
    if (!length || length > end) fail("a request without a length");
    char *next = end + 4 + atol(length + 15);
    if (next > connection->bytes + connection->length) break;
    char kept = *next;
    *next = 0;
    take(end + 4);
    *next = kept;
    if (send(socket, answer, sizeof answer - 1, MSG_NOSIGNAL) < 0) return 0;
    start = next;
  }
  connection->length -= start - connection->bytes;
  memmove(connection->bytes, start, connection->length + 1);
  if (connection->length == ROOM) fail("a request of more than 16 kB");
  return 1;
}

static int listen_anywhere(void) {
  struct sockaddr_in address = {.sin_family = AF_INET};
  socklen_t length = sizeof address;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) ||
      listen(listener, 1000) || getsockname(listener, (struct sockaddr *)&address, &length))
    fail("no port to listen at");
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  return listener;
}

static void report(void) {
  printf("{\"repeated\": %zu, \"out of order\": %zu, ", repeated, disordered);
  delays_report(&delays);
  puts("}");
  fflush(stdout);
  repeated = disordered = 0;
}

int main(int count, char **arguments) {
  if (count != 2) return fputs("usage: webhook ROWS\n", stderr), 2;
  row_count = atol(arguments[1]);
  rows = calloc(row_count, sizeof *rows);
  int listener = listen_anywhere(), epoll = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN, .data.fd = STDIN_FILENO};
  epoll_ctl(epoll, EPOLL_CTL_ADD, STDIN_FILENO, &event);
  event.data.fd = listener;
  epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
  while (1) {
    struct epoll_event ready[256];
    int found = epoll_wait(epoll, ready, 256, -1);
    for (int index = 0; index < found; index++) {
      int socket = ready[index].data.fd;
      if (socket == STDIN_FILENO) {
        char line[64];
        if (read(STDIN_FILENO, line, sizeof line) <= 0) return 0;
        report();
      } else if (socket == listener) {
        event.data.fd = accept(listener, NULL, NULL);
        if (event.data.fd < 0 || event.data.fd >= SOCKETS) fail("more connections than expected");
        connections[event.data.fd] = calloc(1, sizeof(struct connection));
        epoll_ctl(epoll, EPOLL_CTL_ADD, event.data.fd, &event);
      } else if (!receive(socket)) {
        free(connections[socket]);
        close(socket);
      }
    }
  }
}
