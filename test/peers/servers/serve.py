"""What the devices on pymodbus (3.0) share: a port of their own, and an end.

With a unit id it keeps silent for every other, as devices do on a serial line; without one it answers for all of them, as
pymodbus's own examples do. It ends when its standard input does, so none is left behind by a test that dies.
"""

import asyncio
import sys

from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext, ModbusSparseDataBlock
from pymodbus.server.async_io import ModbusTcpServer


def serve(unit, registers, elsewhere):
    """registers: address -> word. elsewhere: "refused" (exception 2) or "zero", what all other registers answer."""
    if elsewhere == "zero":
        words = [0] * 65536
        for address, word in registers.items():
            words[address] = word
        block = ModbusSequentialDataBlock(0, words)
    else:
        block = ModbusSparseDataBlock(registers)
    # Left out, the other kinds of register would be zeros; zero_mode: an address is what stands on the wire.
    device = ModbusSlaveContext(di=block, co=block, hr=block, ir=block, zero_mode=True)
    every = unit is None
    asyncio.run(run(ModbusServerContext(slaves=device if every else {unit: device}, single=every)))


async def run(context):
    server = ModbusTcpServer(context, address=("127.0.0.1", 0), ignore_missing_slaves=True)
    serving = asyncio.ensure_future(server.serve_forever())
    await server.serving
    print(server.server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    serving.cancel()
    await server.shutdown()


def words_of(data):
    return [int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2)]
