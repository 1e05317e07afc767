// Many websockets that subscribe to one thing, for `subscriptions.py`.
//
//   subscribers PORT SOCKETS          the lines of its input: connection_init, subscribe, then any
//
// Opens the sockets with the subprotocol graphql-transport-ws, sends each the two messages, and prints
// `ready` once all have a session. From then on each further line of its input has it print what came
// since the last one, as a line of JSON: messages, bytes, sockets that were closed, and the delays from
// the nanoseconds since 1970 that the payload's member `at` holds to the read of its last byte.
// One thread and one epoll, so that a message costs it little more than the kernel's part.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "delays.h"

#define ROOM (1 << 18)

static const char handshake[] =
    "GET /v1/graphql HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n";

static char buffer[ROOM + 1];
static struct delays delays;
static size_t messages, bytes, closed;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

/// Sends a text frame (RFC 6455 §5.2) with a mask of zeros, which leaves the text as it is.
static void send_text(int socket, const char *text) {
  unsigned char frame[8192];
  size_t length = strlen(text), at = 0;
  if (length > sizeof frame - 8) abort();
  frame[at++] = 0x81;
  if (length < 126) {
    frame[at++] = 0x80 | length;
  } else {
    frame[at++] = 0x80 | 126;
    frame[at++] = length >> 8;
    frame[at++] = length & 0xff;
  }
  memset(frame + at, 0, 4);
  memcpy(frame + at + 4, text, length);
  if (send(socket, frame, at + 4 + length, 0) < 0) fail("send");
}

/// A socket that has been told that its session has begun.
static int open_socket(int port, const char *init, const char *subscribe) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int opened = socket(AF_INET, SOCK_STREAM, 0);
  if (opened < 0 || connect(opened, (struct sockaddr *)&address, sizeof address)) fail("connect");
  if (send(opened, handshake, sizeof handshake - 1, 0) < 0) fail("send");
  send_text(opened, init);
  for (size_t length = 0; !memmem(buffer, length, "connection_ack", 14);) {
    ssize_t count = recv(opened, buffer + length, ROOM - length, 0);
    if (count <= 0) fail("the server has closed a socket before its session");
    length += count;
  }
  send_text(opened, subscribe);
  fcntl(opened, F_SETFL, O_NONBLOCK);
  return opened;
}

/// Reads what is there, once: a message of some kilobytes comes whole.
static void receive(int epoll, int socket) {
  ssize_t count = recv(socket, buffer, ROOM, 0);
  if (count < 0 && errno == EAGAIN) return;
  if (count <= 0) {
    closed++;
    epoll_ctl(epoll, EPOLL_CTL_DEL, socket, NULL);
    return;
  }
  long long now = wall_clock();
  bytes += count;
  buffer[count] = 0;
  for (char *at = buffer; (at = strstr(at, "\"at\":\"")); at += 6) {
    long long stamp = atoll(at + 6);
    messages++;
    if (stamp > 0) delays_add(&delays, (now - stamp) / 1e6);
  }
}

static void report(void) {
  printf("{\"messages\": %zu, \"bytes\": %zu, \"closed\": %zu, ", messages, bytes, closed);
  delays_report(&delays);
  puts("}");
  fflush(stdout);
  messages = bytes = closed = 0;
}

int main(int count, char **arguments) {
  if (count != 3) return fputs("usage: subscribers PORT SOCKETS\n", stderr), 2;
  static char init[4096], subscribe[4096], line[64];
  if (!fgets(init, sizeof init, stdin) || !fgets(subscribe, sizeof subscribe, stdin)) return 2;
  init[strcspn(init, "\n")] = subscribe[strcspn(subscribe, "\n")] = 0;
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);

  int epoll = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN, .data.fd = STDIN_FILENO};
  if (epoll < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, STDIN_FILENO, &event)) fail("epoll");
  for (int left = atoi(arguments[2]); left > 0; left--) {
    event.data.fd = open_socket(atoi(arguments[1]), init, subscribe);
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, event.data.fd, &event)) fail("epoll");
  }
  puts("ready");
  fflush(stdout);
  while (1) {
    struct epoll_event ready[256];
    int found = epoll_wait(epoll, ready, 256, -1);
    for (int index = 0; index < found; index++) {
      if (ready[index].data.fd != STDIN_FILENO) {
        receive(epoll, ready[index].data.fd);
      } else if (read(STDIN_FILENO, line, sizeof line) > 0) {
        report();
      } else {
        return 0;
      }
    }
  }
}
