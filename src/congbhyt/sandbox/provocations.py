"""Two card numbers that make the registry fail, so that hospital programs can rehearse codes 100 and 101."""

from __future__ import annotations

from congbhyt.lookup.facts import Ask, Facts, Reader, RegistryUnreachableError
from congbhyt.sandbox.look_ups import FAULTY_CARD, UNREACHABLE_CARD


def provoking(read: Reader) -> Reader:
    """`read`, except that UNREACHABLE_CARD finds no registry and FAULTY_CARD a broken one."""

    def reading(ask: Ask) -> Facts:
        if ask.card.number == UNREACHABLE_CARD:
            raise RegistryUnreachableError("provoked by the sandbox")
        if ask.card.number == FAULTY_CARD:
            raise RuntimeError("provoked by the sandbox")
        return read(ask)

    return reading
