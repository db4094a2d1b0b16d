"""The page of retention rules: tried before they are saved."""

from __future__ import annotations

from engine.domain.retention import RULES
from tests.web.conftest import words

PATH = "/quan-tri/luu-tru"


def test_rules_are_tried_then_saved_and_journalled(browser, town, journal):
    admin = browser("uyen")
    page = words(admin.get(PATH))
    assert "Đang dùng thời hạn mặc định" in page
    assert "không bao giờ bị xóa ở đây" in page
    usual = {str(kept): str(rule.usual) for kept, rule in RULES.items()}
    tried = admin.post(PATH, **{**usual, "mails": "60"}, lam="xem", reason="Quy chế 5")
    assert "Xem trước, chưa lưu" in words(tried)
    assert journal("setting:saved") == []
    assert admin.post(PATH, **{**usual, "mails": "60"}, lam="luu", reason="").status_code == 422
    refused = admin.post(PATH, **{**usual, "mails": "2"}, lam="luu", reason="x")
    assert "hãy ghi số ngày từ 30 đến 3650, không phải “2”" in words(refused)
    saved = admin.post(PATH, **{**usual, "mails": "60"}, lam="luu", reason="Quy chế 5")
    assert saved.status_code == 302
    assert 'value="60"' in admin.get(PATH).text
    assert "bởi Uyen: Quy chế 5" in words(admin.get(PATH))
    assert journal("setting:saved")[-1]["reason"] == "Quy chế 5"
    assert browser("hoa").get(PATH).status_code == 403
    assert browser("hoa").post(PATH, **usual, lam="luu", reason="x").status_code == 403
