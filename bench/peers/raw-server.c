// What no device reaches: takes all that has arrived with one read and answers it with one write. Register = address.
// Function 3 and 4 only; everything else gets exception 1. Prints its port.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { IN_BYTES = 1 << 16, FRAME = 260, OUT_BYTES = IN_BYTES / 12 * FRAME + FRAME };

typedef struct {
  int fd;
  size_t held;
  uint8_t in[IN_BYTES];
} Connection;

static uint8_t out[OUT_BYTES];

static size_t answer(const uint8_t *request, uint8_t *reply) {
  const unsigned address = request[8] << 8 | request[9], count = request[10] << 8 | request[11];
  const int readable = (request[7] == 3 || request[7] == 4) && count >= 1 && count <= 125;
  size_t pdu = 2;
  memcpy(reply, request, 4);
  reply[6] = request[6];
  reply[7] = readable ? request[7] : request[7] | 0x80;
  reply[8] = readable ? count * 2 : 1;
  for (unsigned i = 0; readable && i < count; i++) {
    reply[9 + 2 * i] = (address + i) >> 8;
    reply[10 + 2 * i] = address + i;
  }
  if (readable) pdu += count * 2;
  reply[4] = (pdu + 1) >> 8;
  reply[5] = pdu + 1;
  return 7 + pdu;
}

/* Returns 0 when the connection is over. */
static int serve(Connection *c) {
  const ssize_t got = read(c->fd, c->in + c->held, IN_BYTES - c->held);
  if (got <= 0) return 0;
  c->held += got;
  size_t at = 0, length = 0;
  while (c->held - at >= 12) {
    const size_t frame = 6 + (c->in[at + 4] << 8 | c->in[at + 5]);
    if (frame < 8 || frame > FRAME) return 0;
    if (c->held - at < frame) break;
    length += answer(c->in + at, out + length);
    at += frame;
  }
  memmove(c->in, c->in + at, c->held - at);
  c->held -= at;
  for (size_t sent = 0; sent < length;) {
    const ssize_t n = write(c->fd, out + sent, length - sent);
    if (n <= 0) return 0;
    sent += n;
  }
  return 1;
}

int main(void) {
  signal(SIGPIPE, SIG_IGN);
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  int one = 1;
  struct sockaddr_in own = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof own;
  if (bind(listener, (struct sockaddr *)&own, size) || listen(listener, 16)) return 1;
  if (getsockname(listener, (struct sockaddr *)&own, &size)) return 1;
  printf("%d\n", ntohs(own.sin_port));
  fflush(stdout);

  const int queue = epoll_create1(0);
  struct epoll_event wanted = {.events = EPOLLIN}, ready[16];
  epoll_ctl(queue, EPOLL_CTL_ADD, listener, &wanted);
  for (;;) {
    const int count = epoll_wait(queue, ready, 16, -1);
    for (int i = 0; i < count; i++) {
      Connection *c = ready[i].data.ptr;
      if (c) {
        if (serve(c)) continue;
        close(c->fd);
        free(c);
        continue;
      }
      const int fd = accept(listener, NULL, NULL);
      if (fd < 0) continue;
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
      c = calloc(1, sizeof *c);
      c->fd = fd;
      struct epoll_event added = {.events = EPOLLIN, .data.ptr = c};
      epoll_ctl(queue, EPOLL_CTL_ADD, fd, &added);
    }
  }
}
