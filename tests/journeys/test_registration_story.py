"""The story of a registration as an operator tells it: from a request to a look-up through two real gateways."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable


def test_an_address_goes_from_the_facility_to_its_first_look_up(
    fresh_database: Callable[[], dict[str, str]],
) -> None:
    command = [sys.executable, "-m", "congbhyt.commands", "sandbox", "story", "registration"]
    done = subprocess.run(command, env=fresh_database(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = done.stdout.splitlines()
    for number, words in enumerate(
        (
            "bị từ chối (403) ở 2 tiến trình", "lập đề nghị", "in mẫu để ký", "gửi DK", "đã nhận bản giấy", "duyệt",
            "02/th-ip-ctn", "vẫn bị từ chối (403)", "mở kết nối 127.0.0.77", "được vào ở cả 2", "000, có lịch sử",
            "thu hồi 127.0.0.77", "lại bị từ chối (403) ở cả 2", "Xong",
        )
    ):  # fmt: skip
        assert words in told[number]
