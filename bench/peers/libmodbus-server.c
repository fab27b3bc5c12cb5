// Many connections, 2,000 registers that hold their own address, answered by libmodbus one request per turn, as the
// devices do that are built on it. Prints its port.
#include <arpa/inet.h>
#include <modbus.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

enum { MOST = 64, REGISTERS = 2000 };

int main(void) {
  signal(SIGPIPE, SIG_IGN);
  modbus_t *server = modbus_new_tcp("127.0.0.1", 0);
  modbus_mapping_t *map = modbus_mapping_new(0, 0, REGISTERS, REGISTERS);
  for (int i = 0; i < REGISTERS; i++) map->tab_registers[i] = map->tab_input_registers[i] = i;

  struct pollfd sockets[MOST] = {{.fd = modbus_tcp_listen(server, 16), .events = POLLIN}};
  int count = 1, one = 1;
  struct sockaddr_in own;
  socklen_t size = sizeof own;
  if (sockets[0].fd < 0 || getsockname(sockets[0].fd, (struct sockaddr *)&own, &size) != 0) return 1;
  printf("%d\n", ntohs(own.sin_port));
  fflush(stdout);

  uint8_t query[MODBUS_TCP_MAX_ADU_LENGTH];
  while (poll(sockets, count, -1) > 0) {
    for (int i = count - 1; i > 0; i--) {
      if (!sockets[i].revents) continue;
      modbus_set_socket(server, sockets[i].fd);
      const int length = modbus_receive(server, query);
      if (length > 0) {
        modbus_reply(server, query, length, map);
      } else if (length < 0) {
        close(sockets[i].fd);
        sockets[i] = sockets[--count];
      }
    }
    if (sockets[0].revents && count < MOST) {
      const int fd = accept(sockets[0].fd, NULL, NULL);
      if (fd < 0) continue;
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
      sockets[count++] = (struct pollfd){.fd = fd, .events = POLLIN};
    }
  }
  return 1;
}
