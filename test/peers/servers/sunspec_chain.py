"""A three-phase PV inverter with two strings and no battery as a SunSpec chain: models 1, 103, 120 and 160, whole
numbers with scale factors. The common model is 65 registers long, without the pad that others put at its end.

Written from: SunSpec Alliance, Device Information Model Specification V1.1, and the model definitions 1, 103, 120, 160
(github.com/sunspec/models, 7abdf8982d).

sunspec_chain.py '{"unit": 1, "base": 1000, "elsewhere": "refused", "common": {"Mn": "…"}, …}' prints its port.
Points that are not given are "not implemented".
"""

import json
import struct
import sys

from serve import serve, words_of

FORMATS = {
    "int16": ">h", "uint16": ">H", "enum16": ">H", "sunssf": ">h", "uint32": ">I", "acc32": ">I", "bitfield32": ">I",
}
# Of the other kinds all bits are set (specification, section 4).
NOT_IMPLEMENTED = {"int16": b"\x80\x00", "sunssf": b"\x80\x00", "acc32": b"\x00\x00\x00\x00"}

COMMON = [
    ("Mn", "string32"), ("Md", "string32"), ("Opt", "string16"), ("Vr", "string16"), ("SN", "string32"),
    ("DA", "uint16"),
]

INVERTER = [
    ("A", "uint16"), ("AphA", "uint16"), ("AphB", "uint16"), ("AphC", "uint16"), ("A_SF", "sunssf"),
    ("PPVphAB", "uint16"), ("PPVphBC", "uint16"), ("PPVphCA", "uint16"),
    ("PhVphA", "uint16"), ("PhVphB", "uint16"), ("PhVphC", "uint16"), ("V_SF", "sunssf"),
    ("W", "int16"), ("W_SF", "sunssf"), ("Hz", "uint16"), ("Hz_SF", "sunssf"),
    ("VA", "int16"), ("VA_SF", "sunssf"), ("VAr", "int16"), ("VAr_SF", "sunssf"), ("PF", "int16"), ("PF_SF", "sunssf"),
    ("WH", "acc32"), ("WH_SF", "sunssf"),
    ("DCA", "uint16"), ("DCA_SF", "sunssf"), ("DCV", "uint16"), ("DCV_SF", "sunssf"),
    ("DCW", "int16"), ("DCW_SF", "sunssf"),
    ("TmpCab", "int16"), ("TmpSnk", "int16"), ("TmpTrns", "int16"), ("TmpOt", "int16"), ("Tmp_SF", "sunssf"),
    ("St", "enum16"), ("StVnd", "enum16"), ("Evt1", "bitfield32"), ("Evt2", "bitfield32"),
    ("EvtVnd1", "bitfield32"), ("EvtVnd2", "bitfield32"), ("EvtVnd3", "bitfield32"), ("EvtVnd4", "bitfield32"),
]

NAMEPLATE = [
    ("DERTyp", "enum16"), ("WRtg", "uint16"), ("WRtg_SF", "sunssf"), ("VARtg", "uint16"), ("VARtg_SF", "sunssf"),
    ("VArRtgQ1", "int16"), ("VArRtgQ2", "int16"), ("VArRtgQ3", "int16"), ("VArRtgQ4", "int16"), ("VArRtg_SF", "sunssf"),
    ("ARtg", "uint16"), ("ARtg_SF", "sunssf"),
    ("PFRtgQ1", "int16"), ("PFRtgQ2", "int16"), ("PFRtgQ3", "int16"), ("PFRtgQ4", "int16"), ("PFRtg_SF", "sunssf"),
    ("WHRtg", "uint16"), ("WHRtg_SF", "sunssf"), ("AhrRtg", "uint16"), ("AhrRtg_SF", "sunssf"),
    ("MaxChaRte", "uint16"), ("MaxChaRte_SF", "sunssf"), ("MaxDisChaRte", "uint16"), ("MaxDisChaRte_SF", "sunssf"),
    ("Pad", "uint16"),
]

STRINGS = [
    ("DCA_SF", "sunssf"), ("DCV_SF", "sunssf"), ("DCW_SF", "sunssf"), ("DCWH_SF", "sunssf"),
    ("Evt", "bitfield32"), ("N", "uint16"), ("TmsPer", "uint16"),
]
ONE_STRING = [
    ("ID", "uint16"), ("IDStr", "string16"), ("DCA", "uint16"), ("DCV", "uint16"), ("DCW", "uint16"), ("DCWH", "acc32"),
    ("Tms", "uint32"), ("Tmp", "int16"), ("DCSt", "enum16"), ("DCEvt", "bitfield32"),
]


def encode(layout, values):
    return b"".join(encode_point(kind, values.get(name)) for name, kind in layout)


def encode_point(kind, value):
    if kind.startswith("string"):
        return (value or "").encode("ascii").ljust(int(kind[6:]), b"\0")
    if value is None:
        return NOT_IMPLEMENTED.get(kind, b"\xff" * struct.calcsize(FORMATS[kind]))
    return struct.pack(FORMATS[kind], value)


def model(number, body):
    assert len(body) % 2 == 0
    return struct.pack(">HH", number, len(body) // 2) + body


asked = json.loads(sys.argv[1])
strings = encode(STRINGS, {"N": len(asked["strings"]), **asked["stringScales"]})
chain = (
    b"SunS"
    + model(1, encode(COMMON, asked["common"]))
    + model(103, encode(INVERTER, asked["inverter"]))
    + model(120, encode(NAMEPLATE, asked["nameplate"]))
    + model(160, strings + b"".join(encode(ONE_STRING, values) for values in asked["strings"]))
    + struct.pack(">HH", 0xFFFF, 0)
)
registers = {asked["base"] + offset: word for offset, word in enumerate(words_of(chain))}
serve(asked["unit"], registers, asked["elsewhere"])
