"""Files that no drawing can be: handed in through the page, and to the command, and refused."""

from __future__ import annotations

import gc
import resource

import pytest

from tests.bpmn_reading.test_bad_input import HUGE
from tests.commands.conftest import quytrinh  # noqa: F401 - a fixture
from tests.web.conftest import upload, words

NEW = "/thu-tuc/ban-ve-moi"
FILES = {
    **{name: content for name, (content, _rule) in HUGE.items()},
    "bytes": b"<a>" + b"x" * 5_000_001 + b"</a>",
    "a bomb": b'<!DOCTYPE a [<!ENTITY b "cc"><!ENTITY d "&b;&b;">]><a>&d;</a>',
}
#: Megabytes that one such file may add to what the process has ever held.
MOST = 300


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


#: The test client writes large bodies to a file of its own and leaves it to be collected.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("name", FILES)
def test_it_is_refused_on_the_page_in_a_sentence_and_nothing_else_suffers(browser, name):
    vinh, before = browser("vinh"), _megabytes()
    vinh.get(NEW)
    answer = vinh.post(f"{NEW}/ban-hanh", files=upload("to.bpmn", FILES[name]))
    assert answer.status_code == 422
    assert "Cách sửa:" in words(answer)
    assert _megabytes() - before < MOST
    assert vinh.get(NEW).status_code == 200
    del answer
    gc.collect()


@pytest.mark.parametrize("name", FILES)
def test_the_command_says_so_in_a_sentence(quytrinh, tmp_path, name):  # noqa: F811
    path = tmp_path / "to.bpmn"
    path.write_bytes(FILES[name])
    answer = quytrinh("lint", str(path))
    assert answer.code == 1
    assert "to.bpmn" in answer.out + answer.err
    assert "Traceback" not in answer.out + answer.err
