"""The steps of Quy trình số 02 as their officers do them: who, which step, what is filled in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.browser.offices import Officer, Offices

Filling = Callable[[Officer], None]


@dataclass(frozen=True)
class Step:
    """One piece of work: an officer of the town, the step's name, and how its form is filled."""

    who: str
    name: str
    fill: Filling


def leave_as_is(_officer: Officer) -> None:
    """Nothing in the form has to be filled in."""


def choosing(answer: str, because: tuple[str, str] | None = None) -> Filling:
    """Chooses an answer and gives the reason that it asks for: (label, text)."""

    def fill(officer: Officer) -> None:
        officer.chooses(answer)
        if because:
            officer.types(*because)

    return fill


def numbering(number: str) -> Filling:
    def fill(officer: Officer) -> None:
        officer.types("Số, ký hiệu văn bản", number)

    return fill


# --- at the counter ------------------------------------------------------------------------------


def file_at_the_counter(hoa: Officer, martyr: str = "Trần Văn Bền") -> str:
    """A relative hands in the dossier; gives the code that they are told."""
    hoa.goes_to("/viec")
    hoa.follows("Tiếp nhận")
    hoa.follows("Nộp trực tiếp")
    fill_application(hoa, martyr)
    hoa.presses("Tiếp nhận hồ sơ")
    return hoa.main.locator(".code").inner_text()


def fill_application(hoa: Officer, martyr: str) -> None:
    """Fills in Mẫu số 16 as the relative wrote it: a year of birth, a month of death, two kin."""
    applicant = hoa.part("1. Thông tin người đề nghị")
    hoa.types("Họ và tên", "Nguyễn Thị Mừng", applicant)
    hoa.types("Ngày tháng năm sinh", "1948", applicant)
    hoa.types("Số điện thoại", "0912 345 678", applicant)
    hoa.types("Mối quan hệ với liệt sĩ", "Con", applicant)
    hoa.chooses("Cấp đổi")
    subject = hoa.part("2. Thông tin về liệt sĩ")
    hoa.types("Họ và tên", martyr, subject)
    hoa.types("Ngày tháng năm hy sinh", "05/1972", subject)
    for number, name in (("1", "Nguyễn Thị Mừng"), ("2", "Nguyễn Văn Tâm")):
        if hoa.part(f"Thân nhân {number}").count() == 0:
            hoa.form.get_by_role("button", name="Thêm thân nhân").click()
        hoa.types("Họ và tên", name, hoa.part(f"Thân nhân {number}"))
    hoa.encloses("Bản quét đơn đã ký", "don-mau-16.pdf", b"%PDF-1.4 don")


def hand_over_papers(hoa: Officer) -> None:
    hoa.has("Đơn đề nghị theo Mẫu số 16")
    hoa.has("Bằng “Tổ quốc ghi công”")
    hoa.has("Sổ nhận trợ cấp ưu đãi")


def accept(hoa: Officer) -> None:
    hand_over_papers(hoa)
    hoa.chooses("Đầy đủ: tiếp nhận")


def ask_for_more(hoa: Officer) -> None:
    hoa.has("Đơn đề nghị theo Mẫu số 16")
    hoa.chooses("Chưa đầy đủ")
    hoa.types("Những gì phải bổ sung", "Bản gốc Bằng “Tổ quốc ghi công”.")


RECEPTION = "Kiểm tra, tiếp nhận hồ sơ"
ACCEPTED = Step("hoa", RECEPTION, accept)
NOT_COMPLETE = Step("hoa", RECEPTION, ask_for_more)
REFUSED = Step(
    "hoa",
    RECEPTION,
    choosing("Từ chối tiếp nhận", ("Lý do từ chối tiếp nhận", "Không thuộc thẩm quyền của xã.")),
)


# --- in the commune ------------------------------------------------------------------------------


def find_it_damaged(binh: Officer) -> None:
    binh.ticks("Bằng gốc mờ chữ hoặc bị hư hại")
    binh.chooses("Đủ căn cứ")


def agree(step: str, officer: str) -> Step:
    return Step(officer, step, choosing("Đồng ý"))


def send_back(step: str, officer: str, reason: str) -> Step:
    return Step(officer, step, choosing("Trả lại", ("Lý do trả lại", reason)))


APPRAISAL = "Thẩm định hồ sơ, đề xuất kết quả giải quyết TTHC"
LEGIBLE = Step("binh", APPRAISAL, choosing("Đủ căn cứ"))
DAMAGED = Step("binh", APPRAISAL, find_it_damaged)
NO_GROUNDS = Step(
    "binh",
    APPRAISAL,
    choosing("Không đủ căn cứ", ("Lý do không đủ căn cứ", "Bằng đã được cấp đổi năm 1998.")),
)
SIGNED = [
    agree("Xem xét, trình ký", "cuong"),
    agree("Phê duyệt", "dung"),
    Step("giang", "Ban hành văn bản", numbering("15/TTr-UBND")),
]
POSTED = Step("binh", "Niêm yết công khai", leave_as_is)
POSTING_RESULT = "Lập biên bản kết quả niêm yết"
QUIET = Step("binh", POSTING_RESULT, choosing("Không"))


def note_a_complaint(cuong: Officer) -> None:
    cuong.chooses("Có")
    cuong.types("Nội dung khiếu nại, tố cáo", "Bằng không phải của ông Bền.")


COMPLAINT = Step("cuong", POSTING_RESULT, note_a_complaint)
VERIFICATION = "Xác minh, trả lời khiếu nại, tố cáo"
FOUNDED = Step(
    "dung", VERIFICATION, choosing("Có cơ sở", ("Nội dung xác minh", "Bằng của người khác."))
)
UNFOUNDED = Step(
    "dung",
    VERIFICATION,
    choosing("Không có cơ sở", ("Nội dung xác minh", "Đã hỏi các cụ trong xóm.")),
)
COUNCIL = Step("hung", "Họp Hội đồng xác nhận người có công", choosing("Đủ căn cứ"))
SUMMED_UP = Step("cuong", "Tổng hợp, đề xuất", leave_as_is)
GIVEN_BACK = Step("hoa", "Trả lại hồ sơ kèm văn bản trả lời", leave_as_is)


# --- in the department, and beyond ---------------------------------------------------------------

ARRIVED = Step("khanh", "Tiếp nhận hồ sơ", leave_as_is)
SCRUTINY = "Thẩm tra hồ sơ; đề xuất kết quả giải quyết TTHC"
TO_MINISTRY = Step("lan", SCRUTINY, choosing("Đủ căn cứ: đề nghị Bộ Nội vụ"))
TO_EXPERTS = Step("lan", SCRUTINY, choosing("Bằng gốc mờ chữ: đề nghị trưng cầu giám định"))
DEPARTMENT_NO_GROUNDS = Step(
    "lan",
    SCRUTINY,
    choosing("Không đủ căn cứ", ("Lý do không đủ căn cứ", "Bằng đã được cấp đổi năm 1998.")),
)
SIGNED_IN_DEPARTMENT = [
    agree("Xem xét, trình ký", "minh"),
    agree("Phê duyệt", "nga"),
    Step("khanh", "Ban hành văn bản", numbering("204/SNV-NCC")),
]
EXPERTS = Step("lan", "Giám định bằng gốc", leave_as_is)
EXPERTS_SAY_YES = Step(
    "lan", "Tiếp nhận kết quả trưng cầu giám định", choosing("Đủ căn cứ: đề nghị Bộ Nội vụ")
)
SIGNED_FOR_MINISTRY = [
    agree("Xem xét trình ký", "minh"),
    agree("Phê duyệt", "nga"),
    Step("khanh", "Ban hành văn bản", numbering("311/SNV-NCC")),
]


SENT_BACK = [
    Step("oanh", "Chuyển văn bản trả lời và hồ sơ về xã", leave_as_is),
    Step("hoa", "Trả lại hồ sơ kèm văn bản trả lời của Sở", leave_as_is),
]


def record_the_decision(lan: Officer) -> None:
    lan.types("Số quyết định", "512/QĐ-TTg")
    lan.types("Ngày quyết định", "20/04/2026")


def register_the_certificate(lan: Officer) -> None:
    lan.types("Số quản lý", "LS-2026-044")
    lan.ticks("Đã lập trích lục hồ sơ liệt sĩ")


GRANTED = [
    Step("lan", "Tiếp nhận hồ sơ của Sở Nội vụ", leave_as_is),
    Step("lan", "Trình Thủ tướng Chính phủ", leave_as_is),
    Step("lan", "Ban hành quyết định cấp đổi Bằng “Tổ quốc ghi công”", record_the_decision),
    Step("lan", "Tiếp nhận Quyết định từ Văn phòng Chính phủ", leave_as_is),
    Step("lan", "Tiếp nhận Quyết định và Bằng Tổ quốc ghi công", register_the_certificate),
    Step("oanh", "Trả kết quả", leave_as_is),
    Step("hoa", "Trả kết quả, lưu hồ sơ, thống kê và theo dõi", leave_as_is),
]


# --- carrying a dossier --------------------------------------------------------------------------


def carry(offices: Offices, code: str, *steps: Step) -> str:
    """Each officer finds the dossier in their inbox and does their step; the last notice."""
    said = ""
    for step in steps:
        officer = offices[step.who]
        officer.opens(code, step.name)
        step.fill(officer)
        said = officer.completes()
        assert f"Đã hoàn thành “{step.name}” của hồ sơ {code}." in said
        assert officer.lines(code).filter(has_text=step.name).count() == 0, "still in the inbox"
    return said
