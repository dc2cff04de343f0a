"""Vietnamese names put together at random, roughly as often as people bear them."""

from __future__ import annotations

from random import Random

_FAMILIES = {
    "NGUYỄN": 380, "TRẦN": 110, "LÊ": 95, "PHẠM": 70, "HOÀNG": 35, "HUỲNH": 25, "PHAN": 45, "VŨ": 30,
    "VÕ": 22, "ĐẶNG": 21, "BÙI": 20, "ĐỖ": 14, "HỒ": 13, "NGÔ": 13, "DƯƠNG": 10, "LÝ": 5, "ĐINH": 9,
    "TRƯƠNG": 9, "LƯƠNG": 7, "MAI": 6, "TRỊNH": 6, "ĐÀO": 6, "CAO": 5, "HÀ": 5, "LÂM": 5, "TẠ": 4,
    "ĐOÀN": 5, "PHÙNG": 4, "CHU": 3, "TÔ": 3, "QUÁCH": 2, "NÔNG": 2,
}  # fmt: skip
_MIDDLES = {
    1: (
        "VĂN",
        "VĂN",
        "VĂN",
        "HỮU",
        "ĐỨC",
        "MINH",
        "QUANG",
        "THÀNH",
        "CÔNG",
        "XUÂN",
        "TRỌNG",
        "GIA",
        "ANH",
        "NGỌC",
        "BẢO",
    ),
    2: (
        "THỊ",
        "THỊ",
        "THỊ",
        "THỊ",
        "NGỌC",
        "THU",
        "THANH",
        "KIM",
        "MINH",
        "HỒNG",
        "PHƯƠNG",
        "BÍCH",
        "DIỆU",
        "MỸ",
        "KHÁNH",
    ),
}
_GIVEN = {
    1: (
        "AN", "ANH", "BẢO", "BÌNH", "CƯỜNG", "DŨNG", "DUY", "ĐẠT", "ĐỨC", "GIANG", "HẢI", "HIẾU", "HOÀNG", "HÒA",
        "HÙNG", "HƯNG", "HUY", "KHANG", "KHÁNH", "KHOA", "KIÊN", "LÂM", "LONG", "LỘC", "MẠNH", "MINH", "NAM",
        "NGHĨA", "NHÂN", "PHÁT", "PHONG", "PHÚC", "QUÂN", "QUANG", "QUỐC", "SƠN", "TÀI", "TÂM", "TÂN", "THẮNG",
        "THÀNH", "THỊNH", "TIẾN", "TOÀN", "TRÍ", "TRUNG", "TUẤN", "TÙNG", "VIỆT", "VINH", "VŨ", "XUÂN",
    ),
    2: (
        "AN", "ANH", "ÁNH", "BÌNH", "CHÂU", "CHI", "CÚC", "DIỄM", "DUNG", "ĐÀO", "GIANG", "HÀ", "HẠNH", "HẰNG",
        "HIỀN", "HOA", "HÒA", "HỒNG", "HUỆ", "HƯƠNG", "HUYỀN", "KHANH", "LAN", "LIÊN", "LINH", "LOAN", "LY", "MAI",
        "MINH", "MY", "NGA", "NGÂN", "NGỌC", "NHI", "NHUNG", "OANH", "PHƯƠNG", "PHƯỢNG", "QUỲNH", "TÂM", "THẢO",
        "THANH", "THOA", "THU", "THÚY", "THỦY", "TRANG", "TRINH", "TUYẾT", "UYÊN", "VÂN", "VY", "XUÂN", "YẾN",
    ),
}  # fmt: skip
_FAMILY_NAMES = tuple(_FAMILIES)
_FAMILY_WEIGHTS = tuple(_FAMILIES.values())
MALE, FEMALE = 1, 2


def full_name(random: Random, gender: int) -> str:
    """A full name in capitals, as cards print it; `gender` is 1 (male) or 2 (female)."""
    family = random.choices(_FAMILY_NAMES, _FAMILY_WEIGHTS)[0]
    return f"{family} {random.choice(_MIDDLES[gender])} {random.choice(_GIVEN[gender])}"
