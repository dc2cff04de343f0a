"""Vietnamese personal names: when two spellings are one name, and in which order names stand."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_TONES = {"\u0300", "\u0309", "\u0303", "\u0301", "\u0323"}  # huyền, hỏi, ngã, sắc, nặng: dictionary order
_TONE_RANK = {"": 0, "\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_LETTER_RANK = {letter: rank for rank, letter in enumerate(_ALPHABET)}


def tidy(name: str) -> str:
    """`name` in NFC with runs of white space collapsed: how names are stored and shown."""
    return unicodedata.normalize("NFC", " ".join(name.split()))


@lru_cache(maxsize=65_536)
def name_key(name: str) -> str:
    """A key equal for two spellings of one name.

    Case, Unicode form, white space and the place of the tone mark do not count (hòa = hoà,
    thúy = thuý); letters and tones do. A Vietnamese syllable carries one tone, so moving it to the
    end of the word makes both placements equal without confusing two different names.
    """
    return " ".join(_tone_last(word) for word in unicodedata.normalize("NFC", name).casefold().split())


def _tone_last(word: str) -> str:
    if word.isascii():
        return word
    decomposed = unicodedata.normalize("NFD", word)
    letters = "".join(mark for mark in decomposed if mark not in _TONES)
    tones = "".join(mark for mark in decomposed if mark in _TONES)
    return unicodedata.normalize("NFC", letters) + tones


def same_name(one: str, other: str) -> bool:
    """Whether two spellings are one person's name."""
    return name_key(one) == name_key(other)


def same_first_letter(one: str, other: str) -> bool:
    """Whether the full names begin with the same letter (result code 061; Đ and D differ)."""
    return name_key(one)[:1] == name_key(other)[:1] != ""


def sort_key(name: str) -> str:
    """A plain ASCII string whose byte order is Vietnamese dictionary order of `name`.

    Stored beside names, because the embedded PostgreSQL has no ICU: letters first (a ă â … d đ …),
    tones (ngang, huyền, hỏi, ngã, sắc, nặng) only between equal letters. `!` is less than any letter's
    code, so that An stands before An Bình.
    """
    letters: list[str] = []
    tones: list[str] = []
    for word in unicodedata.normalize("NFC", name).casefold().split():
        decomposed = unicodedata.normalize("NFD", word)
        tone = next((mark for mark in decomposed if mark in _TONES), "")
        plain = unicodedata.normalize("NFC", "".join(mark for mark in decomposed if mark not in _TONES))
        letters.append("".join(_letter_code(letter) for letter in plain))
        tones.append(str(_TONE_RANK[tone]))
    return " ".join(letters) + " !" + "".join(tones)


def plain(text: str) -> str:
    """`text` as people type it in haste: lower case, no marks, d for đ (Nguyễn Đức → nguyen duc)."""
    decomposed = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


@lru_cache(maxsize=1)
def plain_letters() -> tuple[str, str]:
    """Every marked Vietnamese letter in both cases, and at the same place its plain one: for SQL's `translate`."""
    composed = {unicodedata.normalize("NFC", vowel + tone) for vowel in "aăâeêioôơuưy" for tone in ("", *_TONES)}
    marked = sorted(letter for letter in composed | {"đ"} if not letter.isascii())
    both = "".join(marked) + "".join(letter.upper() for letter in marked)
    return both, "".join(plain(letter) for letter in both)


def _letter_code(letter: str) -> str:
    """Two characters that sort as the letter does; what is no Vietnamese letter sorts before `a`."""
    rank = _LETTER_RANK.get(letter)
    return f"0{ord(letter):06x}" if rank is None else f"{rank + 10:02d}"
