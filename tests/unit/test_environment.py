"""Settings with no possible value stop the start with a sentence."""

from __future__ import annotations

import pytest

from congbhyt.config import environment
from congbhyt.config.environment import WrongSettingError


@pytest.mark.parametrize(
    ("told", "read"),
    [
        ("", "http://127.0.0.1:8000"),
        ("https://cong.example.vn", "https://cong.example.vn"),
        ("https://cong.example.vn/", "https://cong.example.vn"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_a_site_s_address_is_read(monkeypatch: pytest.MonkeyPatch, told: str, read: str) -> None:
    monkeypatch.setenv("CONGBHYT_TEST_URL", told)
    assert environment.web_address("CONGBHYT_TEST_URL", "…", "http://127.0.0.1:8000") == read


@pytest.mark.parametrize(
    "told",
    ["https://*", "https://.example.vn", "ftp://example.vn", "cong.example.vn", "https://", "https://a/b",
     "https://u@example.vn", "https://example.vn:99999", "https://example.vn?x", "javascript:alert(1)"],
)  # fmt: skip
def test_what_answers_to_others_or_to_nobody_is_no_site(monkeypatch: pytest.MonkeyPatch, told: str) -> None:
    monkeypatch.setenv("CONGBHYT_TEST_URL", told)
    with pytest.raises(WrongSettingError, match="CONGBHYT_TEST_URL"):
        environment.web_address("CONGBHYT_TEST_URL", "…", "")


@pytest.mark.parametrize("told", ["0.0.0.0/0", "::/0", "10.0.0.0/8, 0.0.0.0/0", "10.0.0.5/8", "proxy"])
def test_not_everybody_is_a_proxy_of_ours(monkeypatch: pytest.MonkeyPatch, told: str) -> None:
    monkeypatch.setenv("CONGBHYT_TEST_NETWORKS", told)
    with pytest.raises(WrongSettingError, match="networks such as"):
        environment.networks("CONGBHYT_TEST_NETWORKS", "…")


def test_one_of_a_few_is_read_in_any_case_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONGBHYT_TEST_LEVEL", "debug")
    assert environment.one_of("CONGBHYT_TEST_LEVEL", "…", ("DEBUG", "INFO"), "INFO") == "DEBUG"
    monkeypatch.setenv("CONGBHYT_TEST_LEVEL", "loud")
    with pytest.raises(WrongSettingError, match="expected one of DEBUG, INFO"):
        environment.one_of("CONGBHYT_TEST_LEVEL", "…", ("DEBUG", "INFO"), "INFO")
