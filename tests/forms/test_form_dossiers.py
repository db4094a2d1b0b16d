"""The dossier checklist names what is still missing, and only when it must be complete."""

from __future__ import annotations

import pytest

from tests.forms.drawn_forms import form_of, problems_of, radio, shipped


def dossier(**properties: str):  # type: ignore[no-untyped-def]
    papers = [("don", "Đơn đề nghị"), ("bang", "Bằng cũ"), ("qd", "Quyết định"), ("so", "Sổ")]
    return form_of(
        {
            "type": "checklist",
            "key": "giay",
            "label": "Thành phần hồ sơ",
            "values": [{"value": value, "label": label} for value, label in papers],
            "properties": {
                "kind": "dossier",
                "one_of.chung_minh": "qd, so",
                "complete_when": "kq == 'du'",
                **properties,
            },
        },
        radio("kq", "du", "bo_sung"),
    )


def test_missing_papers_are_named_when_the_dossier_is_called_complete() -> None:
    found = problems_of(dossier(), {"kq": "du", "giay": {"don": "ban_chinh"}})
    assert found == {
        "giay": ["Còn thiếu: Bằng cũ.", "Còn thiếu một trong các giấy tờ: Quyết định; Sổ."]
    }


def test_the_group_is_named_by_its_own_sentence() -> None:
    form = dossier(**{"one_of_label.chung_minh": "Một trong các giấy tờ chứng minh:"})
    found = problems_of(form, {"kq": "du", "giay": {"don": "ban_chinh", "bang": "ban_chinh"}})
    assert found == {"giay": ["Còn thiếu: Một trong các giấy tờ chứng minh."]}


@pytest.mark.parametrize("paper", ["qd", "so"])
def test_one_of_several_papers_suffices(paper: str) -> None:
    given = {"don": "ban_chinh", "bang": "ban_sao", paper: "ban_quet"}
    assert dossier().validate({"kq": "du", "giay": given}, {})["giay"] == given


def test_an_incomplete_dossier_may_be_sent_back() -> None:
    assert problems_of(dossier(), {"kq": "bo_sung", "giay": {}}) == {}
    assert dossier().validate({"kq": "bo_sung"}, {})["giay"] == {}


def test_optional_papers_are_not_missed() -> None:
    form = dossier(optional="bang")
    assert problems_of(form, {"kq": "du", "giay": {"don": "ban_chinh", "qd": "ban_sao"}}) == {}


def test_a_state_that_is_not_taken_is_refused() -> None:
    form = dossier(**{"states.bang": "ban_chinh"})
    assert problems_of(form, {"kq": "bo_sung", "giay": {"bang": "ban_quet"}}) == {
        "giay": ["Hãy chọn hình thức đã nhận của “Bằng cũ”."]
    }
    assert problems_of(form, {"kq": "bo_sung", "giay": {"xyz": "ban_quet"}}) == {
        "giay": ["Hãy chọn trong các giấy tờ có sẵn."]
    }
    assert problems_of(form, {"kq": "bo_sung", "giay": ["don"]}) == {
        "giay": ["Danh mục giấy tờ không đọc được."]
    }


def test_the_reception_form_takes_no_incomplete_dossier() -> None:
    form = shipped("liet-si/tiep-nhan.form")
    found = problems_of(form, {"ket_qua_tiep_nhan": "du"}, {"lan_thu": 1})
    assert len(found["thanh_phan_ho_so"]) == 3
    assert "chứng minh thân nhân" in found["thanh_phan_ho_so"][-1]
    assert problems_of(form, form.defaults({"lan_thu": 1}), {"lan_thu": 1}) == {}
