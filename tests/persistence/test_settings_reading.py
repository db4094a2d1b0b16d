"""Settings come from the environment, and every mistake is named at once."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from engine.adapters.demo_authority import DemoAuthority
from engine.domain.mail import QuietHours
from engine.domain.working_calendar import DEFAULT_SHIFTS, Shift
from engine.settings import DEMO_SECRET, Settings, SettingsRefused

SECRET = "s" * 32


def test_nothing_set_is_a_demo_with_the_embedded_database() -> None:
    settings = Settings.from_environment({"PATH": "/bin"})
    assert settings == Settings()
    assert settings.demo
    assert settings.secret_key == DEMO_SECRET
    assert settings.shifts == DEFAULT_SHIFTS


def test_everything_can_be_set() -> None:
    settings = Settings.from_environment(
        {
            "QUYTRINH_MODE": "production",
            "QUYTRINH_DATA_DIR": "/srv/qt",
            "QUYTRINH_SECRET_KEY": SECRET,
            "QUYTRINH_SITE_URL": "https://qt.lamson.example",
            "QUYTRINH_PORT": "80",
            "QUYTRINH_SHIFTS": "08:00-12:00 13:30-17:30",
            "QUYTRINH_MAX_UPLOAD_MB": "5",
            "QUYTRINH_SESSION_HOURS": "",
        }
    )
    assert settings.production
    assert settings.database_url == "sqlite:////srv/qt/quytrinh.sqlite3"
    assert settings.files_dir == Path("/srv/qt/files")
    assert settings.shifts == (Shift(time(8), time(12)), Shift(time(13, 30), time(17, 30)))
    assert settings.max_upload == 5 * 2**20
    assert settings.session_length == timedelta(hours=12)


def test_all_mistakes_are_named_at_once() -> None:
    env = {
        "QUYTRINH_MODE": "test",
        "QUYTRINH_DATABASE_URL": "mysql://x",
        "QUYTRINH_PORT": "99999",
        "QUYTRINH_SHIFTS": "07:30-11:30 11:00-12:00",
        "QUYTRINH_SESION_HOURS": "3",
    }
    with pytest.raises(SettingsRefused) as refused:
        Settings.from_environment(env)
    sentences = [str(problem) for problem in refused.value.problems]
    assert len(sentences) == len(env)
    assert all(any(name in sentence for sentence in sentences) for name in env)


@pytest.mark.parametrize("secret", [None, DEMO_SECRET, "short"])
def test_production_wants_a_secret_of_its_own(secret: str | None) -> None:
    env = {"QUYTRINH_MODE": "production", **({"QUYTRINH_SECRET_KEY": secret} if secret else {})}
    with pytest.raises(SettingsRefused, match="QUYTRINH_SECRET_KEY"):
        Settings.from_environment(env)


def test_production_wants_the_address_that_is_printed_on_receipts() -> None:
    env = {"QUYTRINH_MODE": "production", "QUYTRINH_SECRET_KEY": SECRET}
    with pytest.raises(SettingsRefused, match="QUYTRINH_SITE_URL") as refused:
        Settings.from_environment(env)
    assert len(refused.value.problems) == 1
    with pytest.raises(SettingsRefused) as refused:  # said once, also where mail asks for it too
        Settings.from_environment(
            {**env, "QUYTRINH_SMTP_URL": "smtp://m.example", "QUYTRINH_MAIL_FROM": "a@m.example"}
        )
    assert len(refused.value.problems) == 1
    set_so = Settings.from_environment({**env, "QUYTRINH_SITE_URL": "https://qt.example/"})
    assert set_so.site == "https://qt.example"


@pytest.mark.parametrize("text", ["x", "17:00-07:30", "07:30", "-", "07:30-11:30,13:00-17:00"])
def test_shifts_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(SettingsRefused):
        Settings.from_environment({"QUYTRINH_SHIFTS": text})


def test_variables_of_the_tests_are_left_alone() -> None:
    Settings.from_environment({"QUYTRINH_TEST_POSTGRES": "x"})


MAIL = {
    "QUYTRINH_SMTP_URL": "smtps://qt%40lamson:s3cret-word@mail.lamson.example:465",
    "QUYTRINH_MAIL_FROM": "Quy Trình <qt@lamson.example>",
    "QUYTRINH_SITE_URL": "https://qt.lamson.example/",
}


def test_mail_can_be_set() -> None:
    settings = Settings.from_environment(
        {**MAIL, "QUYTRINH_QUIET_HOURS": "19:00-06:30", "QUYTRINH_DIGEST_AT": "06:45"}
    )
    assert settings.site == "https://qt.lamson.example"
    assert settings.quiet_hours == QuietHours(time(19), time(6, 30))
    assert settings.digest_at == time(6, 45)
    assert "s3cret-word" not in repr(settings)
    assert Settings().site == "http://127.0.0.1:8000"
    assert Settings.from_environment({"QUYTRINH_QUIET_HOURS": "không"}).quiet_hours is None


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("SMTP_URL", "mail.lamson.example"),
        ("SMTP_URL", "http://mail.lamson.example"),
        ("SMTP_URL", "smtp://:25"),
        ("SMTP_URL", "smtp://mail.example:999999"),
        ("SMTP_URL", "smtp://chi-ten@mail.example"),
        ("SMTP_URL", "smtp://qt:mật-khẩu@mail.example"),
        ("SMTP_URL", "smtp://mail.example/x"),
        ("MAIL_FROM", "Quy Trình"),
        ("MAIL_FROM", "qt@lamson"),
        ("SITE_URL", "qt.lamson.example"),
        ("SITE_URL", "https://qt.example/?x=1"),
        ("QUIET_HOURS", "18:00-18:00"),
        ("QUIET_HOURS", "18-7"),
        ("QUIET_HOURS", "07:00-17:30"),  # over the digest and all working time
        ("QUIET_HOURS", "25:00-07:00"),
        ("DIGEST_AT", "03:00"),  # at night
        ("DIGEST_AT", "sáng"),
    ],
)
def test_senseless_settings_of_mail_are_refused_by_name(name: str, text: str) -> None:
    with pytest.raises(SettingsRefused, match=name):
        Settings.from_environment({**MAIL, f"QUYTRINH_{name}": text})


def test_a_mail_server_wants_a_sender_and_an_address_for_links() -> None:
    with pytest.raises(SettingsRefused) as refused:
        Settings.from_environment({"QUYTRINH_SMTP_URL": MAIL["QUYTRINH_SMTP_URL"]})
    assert len(refused.value.problems) == 2


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("DATABASE_URL", "postgres://qt:s3cret-word@db/qt"),
        ("DATABASE_URL", "postgresql+psycopg://qt:s3cret-word@db:port/qt"),
        ("SMTP_URL", "smtp//qt:s3cret-word@mail.example"),
        ("SMTP_URL", "smtp://qt:s3cret-word@mail.example:99999"),
    ],
)
def test_a_refusal_never_repeats_a_password(name: str, text: str) -> None:
    with pytest.raises(SettingsRefused, match=name) as refused:
        Settings.from_environment({f"QUYTRINH_{name}": text})
    assert "s3cret-word" not in str(refused.value)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize("address", ["unix:/run/clamav/clamd.ctl", "tcp://quet.noi-bo:3310"])
def test_a_virus_scanner_is_reached_by_a_socket_or_a_port(address: str) -> None:
    assert Settings.from_environment({"QUYTRINH_CLAMAV": address}).clamav == address


@pytest.mark.parametrize(
    "address",
    ["clamd", "unix:clamd.ctl", "tcp://quet", "tcp://:3310", "http://quet:3310", "tcp://q:0"],
)
def test_any_other_address_of_a_virus_scanner_is_refused(address: str) -> None:
    with pytest.raises(SettingsRefused, match="QUYTRINH_CLAMAV"):
        Settings.from_environment({"QUYTRINH_CLAMAV": address})


def test_trusted_roots_are_a_folder_of_certificates(tmp_path):
    DemoAuthority(datetime(2026, 3, 2, tzinfo=UTC)).publish(tmp_path / "tot")
    good = Settings.from_environment({"QUYTRINH_TRUST_DIR": str(tmp_path / "tot")})
    assert good.trust_dir == tmp_path / "tot"
    (tmp_path / "rong").mkdir()
    (tmp_path / "khac").mkdir()
    (tmp_path / "khac" / "a.pem").write_text("không phải chứng thư")
    (tmp_path / "lan").mkdir()
    (tmp_path / "lan" / "a.pem").write_bytes((tmp_path / "tot" / "demo-root.pem").read_bytes())
    (tmp_path / "lan" / "b.pem").write_text("-----BEGIN PRIVATE KEY-----")
    for folder in ("rong", "khac", "lan", "khong-co"):
        with pytest.raises(SettingsRefused, match="QUYTRINH_TRUST_DIR phải là một thư mục"):
            Settings.from_environment({"QUYTRINH_TRUST_DIR": str(tmp_path / folder)})


def test_the_library_of_a_signing_device_must_be_there(tmp_path):
    device = {
        "QUYTRINH_SIGN_PKCS11": str(tmp_path / "khong-co.so"),
        "QUYTRINH_SIGN_TOKEN": "vgca",
        "QUYTRINH_SIGN_PIN": "73910264",
    }
    with pytest.raises(SettingsRefused, match="tệp thư viện PKCS#11") as refused:
        Settings.from_environment(device)
    assert "73910264" not in str(refused.value)
    (tmp_path / "khong-co.so").write_bytes(b"")
    settings = Settings.from_environment(device)
    assert settings.sign_token == "vgca"
    assert "73910264" not in repr(settings)
