"""A meter that tells floats, most significant word first, as Janitza's address list (1.040.109) has them.

float_map.py '{"unit": 1, "elsewhere": "refused", "floats": {"19000": 231.5}}' prints its port.
"""

import json
import struct
import sys

from serve import serve, words_of

asked = json.loads(sys.argv[1])
registers = {}
for address, value in asked["floats"].items():
    for offset, word in enumerate(words_of(struct.pack(">f", value))):
        registers[int(address) + offset] = word
serve(asked["unit"], registers, asked["elsewhere"])
