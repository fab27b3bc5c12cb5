// Reads 125 holding registers, one request after the other, with libmodbus.  libmodbus-client PORT SECONDS
#include <modbus.h>
#include <stdint.h>
#include <stdlib.h>

#include "clock.h"

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  modbus_t *link = modbus_new_tcp("127.0.0.1", atoi(argv[1]));
  const double span = atof(argv[2]);
  uint16_t words[125];
  if (modbus_connect(link) != 0 || modbus_set_slave(link, 1) != 0) return 1;

  long requests = 0;
  const double cpu = cpu_seconds(), start = seconds();
  double now = start;
  while (now - start < span) {
    for (int i = 0; i < 32; i++, requests++) {
      if (modbus_read_registers(link, 0, 125, words) != 125 || words[124] != 124) return 1;
    }
    now = seconds();
  }
  print_result(requests, now - start, cpu_seconds() - cpu);
  modbus_close(link);
  modbus_free(link);
  return 0;
}
