"""`quytrinh backup` and `restore` as somebody types them."""

from __future__ import annotations

from pathlib import Path

from tests.commands.conftest import Quytrinh

USER = ("user", "add", "lan", "--name", "Trần Thị Lan", "--random-password")


def test_a_backup_is_made_proved_and_brought_back(quytrinh: Quytrinh, tmp_path: Path) -> None:
    file = str(tmp_path / "out" / "a.tar")
    nothing = quytrinh("backup", file)
    assert (nothing.code, "Chưa có cơ sở dữ liệu" in nothing.err) == (2, True)
    assert not (tmp_path / "office.sqlite3").exists()
    quytrinh("db", "upgrade")
    quytrinh(*USER)
    made = quytrinh("backup", file)
    assert made.code == 0, made.err
    assert "Đã sao lưu vào" in made.out
    assert "QUYTRINH_SECRET_KEY" in made.out
    again = quytrinh("backup", file)
    assert (again.code, "--force" in again.err) == (2, True)
    assert "còn nguyên" in quytrinh("backup", file, "--verify").out
    refused = quytrinh("restore", file)
    assert (refused.code, "Chỉ khôi phục vào chỗ trống" in refused.err) == (2, True)
    unsure = quytrinh("restore", file, "--force", input="không\n")
    assert (unsure.code, "Chưa khôi phục" in unsure.err) == (2, True)
    assert quytrinh("restore", file, "--force", "--json").code == 2
    done = quytrinh("restore", file, "--force", input="khoi phuc\n")
    assert done.code == 0, done.err
    assert "Dữ liệu trước đó được giữ ở" in done.out
    assert quytrinh("journal", "verify").code == 0
    assert quytrinh("user", "add", "lan", "--name", "X", "--random-password").code == 2  # is back


def test_a_damaged_file_is_told_with_its_place(quytrinh: Quytrinh, tmp_path: Path) -> None:
    quytrinh("db", "upgrade")
    file = tmp_path / "a.tar"
    assert quytrinh("backup", str(file), "--json").json["missing"] == []
    whole = bytearray(file.read_bytes())
    whole[len(whole) // 2] ^= 1
    file.write_bytes(whole)
    for command in (("backup", "--verify", str(file)), ("restore", str(file), "--json")):
        said = quytrinh(*command)
        assert said.code == 2
        assert "database.sqlite3.gz" in said.err + said.out


def test_tidying_is_counted_before_it_is_done(quytrinh: Quytrinh) -> None:
    quytrinh("db", "upgrade")
    tried = quytrinh("tidy", "--dry-run")
    assert tried.code == 0, tried.err
    assert "Nhật ký lượt xem dữ liệu cá nhân" in tried.out
    assert quytrinh("tidy", "--json").json["rows"]["mails"] == 0
