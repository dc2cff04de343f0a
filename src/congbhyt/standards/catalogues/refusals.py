"""Why a catalogue is not loaded or not read."""

from __future__ import annotations

from congbhyt.kernel.refusal import Refusal


class CatalogueKindError(Refusal):
    """Nobody knows a catalogue of that name."""

    code = "CATALOGUE_KIND"
    template = "Không có loại danh mục «{kind}». Các loại: {kinds}."


class CatalogueFileError(Refusal):
    """The CSV has faults; nothing of it was loaded."""

    code = "CATALOGUE_FILE"
    template = "Chưa nạp gì từ {file}. Sửa tệp rồi nạp lại:\n{problems}"


class CatalogueUnreadableError(Refusal):
    """A file cannot be opened, read or written."""

    code = "CATALOGUE_UNREADABLE"
    template = "Không đọc hoặc ghi được {file}: {reason}."


class CatalogueDamagedError(Refusal):
    """A stored catalogue was cut, or written by something else."""

    code = "CATALOGUE_DAMAGED"
    template = "Danh mục đã lưu {file} bị hỏng. Nạp lại bằng: congbhyt catalogue load {kind} TỆP."


class CatalogueMissingError(Refusal):
    """A catalogue that is to be removed is not there."""

    code = "CATALOGUE_MISSING"
    template = "Danh mục {kind} chưa được nạp vào {folder}."
