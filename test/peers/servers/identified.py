"""A device with registers that hold their own address and an identification of its own (FC 43/14 and 17).

identified.py '{"objects": {"0": "ACME", "1": "UMG"}}' prints its port.
"""

import json
import sys

from pymodbus.device import ModbusControlBlock, ModbusDeviceIdentification
from serve import serve

asked = json.loads(sys.argv[1])
ModbusControlBlock().Identity.update(
    ModbusDeviceIdentification({int(number): text for number, text in asked["objects"].items()})
)
serve(1, {address: address for address in range(200)}, "refused")
