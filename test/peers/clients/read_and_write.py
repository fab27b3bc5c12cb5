"""Asks a Modbus/TCP server as pymodbus does: the Soc at 602 of the worked example, then a set-point at 706, then what is
not there. Prints what it heard as JSON. Argument: the port."""

import json
import struct
import sys

from pymodbus.client import ModbusTcpClient

client = ModbusTcpClient("127.0.0.1", port=int(sys.argv[1]))
client.connect()
soc = client.read_holding_registers(602, 1, slave=1).registers
power = client.read_input_registers(604, 2, slave=1).registers
written = client.write_registers(706, list(struct.unpack(">HH", struct.pack(">f", -1234))), slave=1)
absent = client.read_holding_registers(60000, 1, slave=1)
other = client.read_holding_registers(0, 1, slave=7)
client.close()
print(
    json.dumps(
        {
            "soc": soc,
            "power": struct.unpack(">f", struct.pack(">HH", *power))[0],
            "written": not written.isError(),
            "absent": absent.exception_code,
            "other": other.exception_code,
        }
    )
)
