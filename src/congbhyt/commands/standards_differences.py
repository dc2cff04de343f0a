"""What changes from one standard to another: pages of their own, and what a table's page says of earlier standards."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from congbhyt.commands.markdown import escaped, table
from congbhyt.commands.standards_words import allowed, facts, filled, in_force, meaning, written
from congbhyt.standards.model import Field, Standard

PAIRS = (("QD4210", "QD130"), ("QD130", "QD4750"), ("QD4750", "QD3176"))
"""Each standard and the one that followed it."""

_FOLLOWED: Mapping[tuple[str, str], Mapping[str, Sequence[str]]] = {
    ("QD130", "XML1"): {
        "MA_THE": ("MA_THE_BHYT",),
        "MIEN_CUNG_CT": ("NGAY_MIEN_CCT",),
        "TEN_BENH": ("CHAN_DOAN_RV",),
        "MA_BENH": ("MA_BENH_CHINH",),
        "MA_BENHKHAC": ("MA_BENH_KT",),
        "MA_LYDO_VVIEN": ("MA_DOITUONG_KCB",),
        "MA_NOI_CHUYEN": ("MA_NOI_DI",),
        "TINH_TRANG_RV": ("MA_LOAI_RV",),
        "T_TONGCHI": ("T_TONGCHI_BV", "T_TONGCHI_BH"),
    },
    ("QD130", "XML2"): {
        "TYLE_TT": ("TYLE_TT_BH",),
        "THANH_TIEN": ("THANH_TIEN_BV", "THANH_TIEN_BH"),
        "T_NGUON_KHAC": ("T_NGUONKHAC",),
    },
    ("QD130", "XML3"): {
        "DON_GIA": ("DON_GIA_BV", "DON_GIA_BH"),
        "TYLE_TT": ("TYLE_TT_DV", "TYLE_TT_BH"),
        "THANH_TIEN": ("THANH_TIEN_BV", "THANH_TIEN_BH"),
    },
    ("QD130", "XML5"): {"DIEN_BIEN": ("DIEN_BIEN_LS",), "NGAY_YL": ("THOI_DIEM_DBLS",)},
    ("QD3176", "XML13"): {"MA_NOI_DI": ("MA_CSKCB_DI",), "MA_NOI_DEN": ("MA_CSKCB_DEN",), "PP_DIEU_TRI": ("TINH_TRANG_CT",)},  # noqa: E501
}  # fmt: skip
"""By the newer standard and table: the fields that stand in the place of an earlier one, where that is certain."""

Row = tuple[str, str, str, str]
"""A field, the fact that changes, what it was and what it is."""
_SAID = ("written as", "filled", "codes or form")
_SEVERAL = 3
"""What so many tables share is told once."""
_DECIDED_BY_CONTENT = {"QD3176"}
"""Standards whose changes say in `decided` what a field holds since; elsewhere it only settles sources."""
_NOTES = {
    "QD130": (
        "Both were sent side by side until QĐ 4750 became official. The inner documents of XML2 to XML5 got a wrapper "
        "around their list; XML0 and XML6 to XML12 are new. Sizes and what must be filled under QĐ 4210 come from one "
        "vendor's schema, because its annex was not available."
    ),
    "QD4750": "XML13 to XML15 are new. Everything that is not named here stayed as it was.",
    "QD3176": (
        "The decision's own text was not available: these are the differences on which two or three public programs "
        "agree. Everything that is not named here stayed as it was."
    ),
}


def file_name(old: Standard, new: Standard) -> str:
    """The page of the differences between two standards."""
    return f"{old.id.lower()}-{new.id.lower()}.md"


def page(old: Standard, new: Standard) -> str:
    """What changes between two standards: what several tables share, then table by table."""
    lines = [
        f"# From {old.title} to {new.title}\n",
        f"{old.title} is for visits that end {in_force(old)}, {new.title} {in_force(new)}. {_NOTES[new.id]}\n",
        _tables(old, new),
    ]
    changed = {label: _Changed(old, new, label) for label in new.tables if label in old.tables}
    shared = _shared([row for each in changed.values() for row in each.rows])
    if shared:
        rows = [(*row, ", ".join(labels)) for row, labels in shared.items()]
        lines.append("## The same in several tables\n")
        lines.append(table(("Field", "What", old.title, new.title, "Tables"), rows))
    for label, each in changed.items():
        if said := each.paragraphs(without=set(shared)):
            lines.append(f"## {label} {new.tables[label].title}\n")
            lines += said
    return "\n".join(lines)


def _shared(rows: Iterable[tuple[str, Row]]) -> dict[Row, list[str]]:
    """Changes that at least three tables have in common, with these tables."""
    found: dict[Row, list[str]] = {}
    for label, row in rows:
        found.setdefault(row, []).append(label)
    return {row: labels for row, labels in found.items() if len(labels) >= _SEVERAL}


def _tables(old: Standard, new: Standard) -> str:
    rows = []
    for label, there in new.tables.items():
        if label not in old.tables:
            rows.append((f"[{label}]({label.lower()}.md)", there.title, "new table", f"{len(there.fields)} fields"))
            continue
        each, before = _Changed(old, new, label), len(old.tables[label].fields)
        grown = f"{before} fields" if before == len(there.fields) else f"{before} → {len(there.fields)} fields"
        rows.append((f"[{label}]({label.lower()}.md)", there.title, each.summary, grown))
    return table(("Table", "Name", "What changes", "Size"), rows)


def between(old: Standard, new: Standard, label: str) -> list[str]:
    """Paragraphs and tables on what changes in one table; nothing when nothing does."""
    return _Changed(old, new, label).paragraphs()


class _Changed:
    """What changes in one table from one standard to another."""

    def __init__(self, old: Standard, new: Standard, label: str) -> None:
        self.old, self.new, self.label = old, new, label
        self.before, self.after = old.tables[label], new.tables[label]
        followed = _FOLLOWED.get((new.id, label), {})
        self.followed = {name: into for name, into in followed.items() if name in self.before.fields}
        taken = {name for into in self.followed.values() for name in into}
        gone = [field for name, field in self.before.fields.items() if name not in self.after.fields]
        self.gone = [field for field in gone if field.name not in self.followed]
        added = [field for name, field in self.after.fields.items() if name not in self.before.fields]
        self.added = [field for field in added if field.name not in taken]
        self.kept = [
            (self.before.fields[name], field) for name, field in self.after.fields.items() if name in self.before.fields
        ]

    @property
    def rows(self) -> list[tuple[str, Row]]:
        """Fact by fact what is written otherwise, or holds something else."""
        found: list[tuple[str, Row]] = []
        for old, new in self.kept:
            for what, was, now in zip(_SAID, facts(old), facts(new), strict=True):
                if was != now:
                    found.append((self.label, (new.name, what, was or "free", now or "free")))
            if self.new.id in _DECIDED_BY_CONTENT and new.decided and new.decided != old.decided:
                found.append((self.label, (new.name, "content", "", escaped(new.decided))))
        return found

    @property
    def summary(self) -> str:
        """How many fields change in which way."""
        changed = len({row[0] for _, row in self.rows})
        counts = (
            (len(self.gone), "gone"),
            (len(self.followed), "renamed"),
            (len(self.added), "new"),
            (changed, "changed"),
        )
        return ", ".join(f"{count} {word}" for count, word in counts if count) or "—"

    def paragraphs(self, without: Collection[Row] = ()) -> list[str]:
        """The changes in words and tables; `without` are told elsewhere."""
        lines = []
        if self.before.root != self.after.root:
            lines.append(f"The document begins with {self.after.root} instead of {self.before.root}.\n")
        if self.followed:
            followed = [(name, " and ".join(into), self.before.fields[name].vi) for name, into in self.followed.items()]
            lines.append(table((f"In {self.old.title}", f"In {self.new.title}", "What it was"), followed))
        if self.added:
            lines.append(_new_fields(self.added))
        if self.gone:
            lines.append("Gone: " + "; ".join(f"{field.name} ({field.vi})" for field in self.gone) + ".\n")
        if rows := [row for _, row in self.rows if row not in without]:
            lines.append(table(("Field", "What", self.old.title, self.new.title), rows))
        return lines


def _new_fields(fields: Sequence[Field]) -> str:
    rows = [
        (field.name, written(field), filled(field), allowed(field, linked=False), meaning(field)) for field in fields
    ]
    return table(("New field", "Written as", "Filled", "Codes or form", "Meaning"), rows)
