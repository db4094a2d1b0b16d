"""Settings come from the environment, and every mistake is named at once."""

from __future__ import annotations

from datetime import time, timedelta
from pathlib import Path

import pytest

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


@pytest.mark.parametrize("text", ["x", "17:00-07:30", "07:30", "-", "07:30-11:30,13:00-17:00"])
def test_shifts_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(SettingsRefused):
        Settings.from_environment({"QUYTRINH_SHIFTS": text})


def test_variables_of_the_tests_are_left_alone() -> None:
    Settings.from_environment({"QUYTRINH_TEST_POSTGRES": "x"})
