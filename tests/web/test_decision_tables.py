"""The decision tables of a version are read on its page, in words."""

from __future__ import annotations

import re

from tests.bpmn_execution import drawn
from tests.services.drawings import COUNTER, file, publish
from tests.web.conftest import words

HEAD = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"
  namespace="http://quytrinh.test"><decision id="{id}" name="{name}">
  <description>Điều 16 Nghị định.</description><decisionTable id="t" hitPolicy="{policy}">"""
TAIL = "</decisionTable></decision></definitions>"
COLUMN = """<input label="{label}"><inputExpression typeRef="{kind}"><text>{name}</text>
  </inputExpression></input>"""


def row(*cells: str, note: str = "", outputs: int = 1) -> str:
    split = len(cells) - outputs
    tests = "".join(f"<inputEntry><text><![CDATA[{c}]]></text></inputEntry>" for c in cells[:split])
    given = "".join(f"<outputEntry><text>{c}</text></outputEntry>" for c in cells[split:])
    return f"<rule><description>{note}</description>{tests}{given}</rule>"


WHO = (
    HEAD.format(id="ai", name="Thẩm quyền", policy="FIRST")
    + COLUMN.format(label="Đi hướng nào", kind="string", name="huong")
    + '<output name="tham_quyen" label="Ai cấp" typeRef="string"/>'
    + row('"ngan","dai"', '"ld-ubnd-xa"', note="Khoản 1 Điều 16: “do Chủ tịch cấp”.")
    + row('"khac"', '"ct-ubnd-tinh"')
    + row("-", '"bo-truong-td"', note="Khoản 3.")
    + TAIL
)
HOW_MUCH = (
    HEAD.format(id="muc", name="Mức hưởng", policy="UNIQUE")
    + COLUMN.format(label="Tỷ lệ", kind="number", name="ty_le")
    + COLUMN.format(label="Nặng", kind="boolean", name="nang")
    + '<output name="muc" typeRef="string"/><output name="them" typeRef="boolean"/>'
    + row("[5..20]", "-", '"mot_lan"', "false", outputs=2)
    + row("]20..81[", "not(true)", '""', "true", outputs=2)
    + row(">= 81", "true", "2.5", "true", outputs=2)
    + row("< 5, 200", "null", "ty_le", "false", outputs=2)
    + TAIL
)


#: The same results, whatever was answered.
ALWAYS = (
    HEAD.format(id="muc", name="Mức hưởng", policy="UNIQUE")
    + COLUMN.format(label="Đi hướng nào", kind="string", name="huong")
    + '<output name="muc" label="Mã" typeRef="string"/>'
    + '<output name="them" label="Có thêm" typeRef="boolean"/>'
    + row("-", '"mot_lan"', "false", outputs=2)
    + TAIL
)


def publish_tables(town, how_much: str = HOW_MUCH) -> None:
    publish(
        town,
        drawn.start(),
        drawn.user("N", form="don"),
        drawn.rule("Q_1", "ai"),
        drawn.rule("Q_2", "muc"),
        drawn.user("B", candidateGroups="${tham_quyen}"),
        drawn.end(),
        drawn.line("S", "N", "Q_1", "Q_2", "B", "E"),
        lanes={COUNTER: "B Q_1 Q_2"},
        legal_term="5 ngày làm việc",
        decisions={"ai": WHO.encode(), "muc": how_much.encode()},
    )


def rows_of(page, table: str) -> list[str]:
    part = page.text[page.text.index(f'id="bang-{table}"') :]
    body = part[part.index("<tbody>") : part.index("</tbody>")]
    plain = (re.sub(r"<[^>]+>", " ", one) for one in body.split("</tr>"))
    return [" ".join(text.split()) for text in plain if text.strip()]


def test_rows_are_told_in_the_words_of_forms_and_roles(browser, town):
    publish_tables(town)
    page = browser("binh").get("/thu-tuc/thu/1")
    said = words(page)
    assert "Bảng quyết định ở bước Q_1. Đọc từ trên xuống" in said
    assert "Bảng quyết định ở bước Q_2. Mỗi trường hợp có đúng một dòng" in said
    assert rows_of(page, "ai") == [
        "1 Ngắn; Dài Lãnh đạo UBND cấp xã Trích quy định Khoản 1 Điều 16: “do Chủ tịch cấp”.",
        "2 không hỏi ở thủ tục này (khac) Chủ tịch Ủy ban nhân dân cấp tỉnh",
        "3 bất kỳ Bộ trưởng hoặc cấp tương đương Trích quy định Khoản 3.",
    ]
    assert rows_of(page, "muc") == [
        "1 từ 5 đến 20 bất kỳ mot_lan không",
        "2 trên 20 và dưới 81 không phải: có – có",
        "3 từ 81 trở lên có 2,5 có",
        "4 dưới 5; 200 để trống ty_le không",
    ]
    assert 'data-label="Đi hướng nào"' in page.text  # the head of a cell on a phone


def test_the_step_names_whom_the_table_may_choose_and_the_rule_task_is_the_systems(browser, town):
    publish_tables(town)
    said = words(browser("binh").get("/thu-tuc/thu/1"))
    chosen = "Lãnh đạo UBND cấp xã; Chủ tịch Ủy ban nhân dân cấp tỉnh; Bộ trưởng hoặc cấp"
    assert f"Do bảng quyết định chọn: {chosen}" in said
    assert "Bảng quyết định Hệ thống" in said


def test_what_was_decided_is_read_where_the_work_is_done(browser, town):
    publish_tables(town, ALWAYS)
    case = file(town, "ngan")
    said = words(browser("hoa").get(f"/ho-so/{case.id}"))
    assert "Đã xác định theo bảng quyết định Thẩm quyền Ai cấp Lãnh đạo UBND cấp xã" in said
    task = words(browser("dung").get(f"/viec/{town.task(case.id, 'B').id}"))
    assert "Thẩm quyền Ai cấp Lãnh đạo UBND cấp xã Mức hưởng Có thêm không" in task


def test_a_procedure_without_tables_shows_none(browser):
    page = browser("binh").get("/thu-tuc/qt02-cap-doi-bang/1")
    assert "Bảng quyết định" not in words(page)
