// Asks a Modbus/TCP server as libmodbus does: the Soc at 602 of the worked example, then a set-point at 706, then what is
// not there. Prints what it heard as JSON. Argument: the port.
#include <errno.h>
#include <modbus.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv) {
  if (argc < 2) return 2;
  modbus_t *link = modbus_new_tcp("127.0.0.1", atoi(argv[1]));
  uint16_t soc[1], power[2], setpoint[2], none[1];
  if (modbus_connect(link) != 0 || modbus_set_slave(link, 1) != 0) return 1;
  if (modbus_read_registers(link, 602, 1, soc) != 1) return 1;
  if (modbus_read_input_registers(link, 604, 2, power) != 2) return 1;
  // By hand: modbus_set_float_abcd of libmodbus 3.1.6 swaps the bytes on a little-endian machine.
  const float wanted = -1234;
  uint32_t bits;
  memcpy(&bits, &wanted, sizeof bits);
  setpoint[0] = bits >> 16;
  setpoint[1] = bits & 0xffff;
  const int written = modbus_write_registers(link, 706, 2, setpoint) == 2;
  const int absent = modbus_read_registers(link, 60000, 1, none) == -1 ? errno - EMBXILFUN + 1 : 0;
  modbus_set_slave(link, 7);
  const int other = modbus_read_registers(link, 0, 1, none) == -1 ? errno - EMBXILFUN + 1 : 0;
  printf("{\"soc\":[%u],\"power\":%.1f,\"written\":%s,\"absent\":%d,\"other\":%d}\n", soc[0],
         (double)modbus_get_float_abcd(power), written ? "true" : "false", absent, other);
  modbus_close(link);
  modbus_free(link);
  return 0;
}
