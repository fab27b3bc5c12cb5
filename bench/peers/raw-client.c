// The least a client can do: DEPTH reads of 125 registers always on the wire, no checks but the sum.
// raw-client PORT SECONDS DEPTH
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"

static const uint8_t REQUEST[12] = {0, 0, 0, 0, 0, 6, 1, 3, 0, 0, 0, 125};
static uint8_t in[1 << 18], out[sizeof REQUEST * 256];

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  const int fd = socket(AF_INET, SOCK_STREAM, 0), depth = atoi(argv[3]);
  const double span = atof(argv[2]);
  int one = 1;
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1]))};
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (depth < 1 || depth > 256 || connect(fd, (struct sockaddr *)&to, sizeof to)) return 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);

  long requests = 0, sum = 0;
  size_t held = 0;
  int owed = 0;
  uint16_t id = 0;
  const double cpu = cpu_seconds(), start = seconds();
  double now;
  while ((now = seconds()) - start < span) {
    size_t length = 0;
    for (; owed < depth; owed++, length += sizeof REQUEST, id++) {
      memcpy(out + length, REQUEST, sizeof REQUEST);
      out[length] = id >> 8;
      out[length + 1] = id;
    }
    if (length && write(fd, out, length) != (ssize_t)length) return 1;
    const ssize_t got = read(fd, in + held, sizeof in - held);
    if (got <= 0) return 1;
    held += got;
    size_t at = 0;
    while (held - at >= 6) {
      const size_t frame = 6 + (in[at + 4] << 8 | in[at + 5]);
      if (held - at < frame) break;
      for (int i = 0; i < 125; i++) sum += in[at + 9 + 2 * i] << 8 | in[at + 10 + 2 * i];
      at += frame;
      owed--;
      requests++;
    }
    memmove(in, in + at, held - at);
    held -= at;
  }
  print_result(requests, now - start, cpu_seconds() - cpu);
  close(fd);
  // 0 + 1 + … + 124 for each answer.
  return sum != requests * 7750;
}
