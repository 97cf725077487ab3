"""Prints the characters that the font of printed records holds."""

import bz2
import sys

UNIHAN = "/usr/share/unicode/Unihan_OtherMappings.txt.bz2"
RANGES = [
    (0x20, 0x7F), (0xA0, 0x180), (0x391, 0x3CA), (0x2010, 0x2040), (0x2070, 0x20A0), (0x20AC, 0x20AD),
    (0x2100, 0x2140), (0x2150, 0x2200), (0x2200, 0x2270), (0x2460, 0x2474), (0x25A0, 0x2600), (0x3000, 0x3040),
    (0x3380, 0x33E0), (0xFF00, 0xFF61), (0xFFE0, 0xFFE7),
]  # fmt: skip


def double_byte(codec, leads, trails):
    """All characters that two bytes of these ranges stand for."""
    found = set()
    for lead in leads:
        for trail in trails:
            found.update(bytes([lead, trail]).decode(codec, "ignore"))
    return found


def general_standard():
    """The Table of General Standard Chinese Characters."""
    with bz2.open(UNIHAN, "rt") as lines:
        fields = (line.split("\t") for line in lines)
        return {chr(int(field[0][2:], 16)) for field in fields if len(field) > 1 and field[1] == "kTGH"}


characters = {chr(code) for start, end in RANGES for code in range(start, end)}
characters |= double_byte("gb2312", range(0xA1, 0xFF), range(0xA1, 0xFF))
characters |= double_byte("big5", range(0xA4, 0xC7), range(0x40, 0xFF))
characters |= general_standard()
sys.stdout.write("".join(sorted(characters)))
