"""How far a journey got and how it stands there, as one whole number.

A bigger number is a journey that got further; on one step a living journey is better than a lost one,
a lost one than one that was no target. So the furthest of a client's journeys is ``max(place)``: one
column, one hash table, one pass. From the high bits to the low ones:

| bits | part | meaning |
| --- | --- | --- |
| 11 | rank | rank of the last step passed (tickets/stages.py) |
| 4 | standing | 0 = not a target, 1..14 = lost at L01..L14, 12 (L12 is no loss) = closed without a sale, 15 = alive |
| 4 | healed | the last loss that was made good, 1..14 = L01..L14, 0 = none |
| 2 | recovery | how: 0 = none, 1 = we called back, 2 = the client came back, 3 = sold all the same |
| 1 | is_new | 1 = a new client |
| 20 | source | id of the source, 0 = unknown |
| 20 | product | id of the product, 0 = unknown |
| 1 | short | 1 = lost by hanging up within a few seconds |
"""

from dataclasses import dataclass

ALIVE, CLOSED, OUT = 15, 12, 0
GONE = (CLOSED, OUT)  # neither waiting nor lost
RECOVERIES = ("", "by_us", "by_client", "sold")
ID_LIMIT = 1 << 20  # ids of sources and products have to stay below


@dataclass(frozen=True, slots=True)
class Part:
    """A group of bits: ``(place >> shift) & mask``."""

    shift: int
    mask: int


PARTS = {
    "rank": Part(52, 0x7FF),
    "standing": Part(48, 0xF),
    "healed": Part(44, 0xF),
    "recovery": Part(42, 0x3),
    "cell_new": Part(41, 0x1),
    "cell_source": Part(21, ID_LIMIT - 1),
    "cell_product": Part(1, ID_LIMIT - 1),
    "short": Part(0, 0x1),
}

#: what a slice may ask of a place: its parts, or the whole number
ASKED = {**PARTS, "place": Part(0, (1 << 63) - 1)}
#: the cell of a client: whether he is new, his source and his product, in one number
CELL = Part(1, (1 << 41) - 1)


def pack(**values: int) -> int:
    """The place of the given parts; parts that are not named are 0. ValueError for one that does not fit."""
    place = 0
    for name, value in values.items():
        part = PARTS[name]
        if not 0 <= value <= part.mask:
            raise ValueError(f"{name}={value} does not fit into the place of a journey")
        place |= value << part.shift
    return place


def unpack(place: int) -> dict[str, int]:
    """The parts of a place by name."""
    return {name: (place >> part.shift) & part.mask for name, part in PARTS.items()}


def cell_of(cell: int) -> tuple[int, int, int]:
    """(is_new, source, product) of a cell."""
    return cell >> 40 & 1, cell >> 20 & (ID_LIMIT - 1), cell & (ID_LIMIT - 1)


def loss_of(standing: int) -> str:
    """The loss code of a standing or of a healed loss: 7 -> "L07"; "" when it is none."""
    return f"L{standing:02d}" if 0 < standing < ALIVE and standing != CLOSED else ""


def standing_of(loss: str) -> int:
    """The standing of a loss code: "L07" -> 7, "" -> alive."""
    return int(loss[1:]) if loss else ALIVE
