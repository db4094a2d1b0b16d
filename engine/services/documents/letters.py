"""Letters and minutes as they begin: sensible text from the data, written on by people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.domain.clock import local_day
from engine.domain.errors import Misuse
from engine.domain.explanations import day_text
from engine.domain.messages import Message, say
from engine.services.documents import facts, forms
from engine.services.documents.facts import Source
from engine.services.documents.kinds import DocumentKind, Group
from engine.services.documents.papers import PARTS, Letter, Minutes, Paper, Written

#: Where something is to be written that nothing tells.
DOTS = "…………"

REPLY, LETTER, POSTING = "tra-loi", "cong-van", "bien-ban-niem-yet"

#: What the step that answers an applicant in writing asks.
ANSWER = "tra_loi_noi_dung"

NAMES: Mapping[str, Message] = {
    "to": say("Kính gửi"),
    "subject": say("Trích yếu"),
    "body": say("Nội dung"),
    "recipients": say("Nơi nhận"),
    "signer_title": say("Chức vụ người ký"),
    "signer": say("Họ tên người ký"),
    "opened": say("Thời gian bắt đầu"),
    "place": say("Địa điểm"),
    "attendees": say("Thành phần tham dự"),
    "chair": say("Chủ trì"),
    "secretary": say("Thư ký"),
    "ending": say("Kết thúc"),
}


def parts_of(kind: DocumentKind) -> tuple[Written, ...]:
    """What is written by hand in a kind of letter."""
    return PARTS[Minutes if kind.group is Group.MINUTES else Letter]


def begin(source: Source, kind: DocumentKind) -> Paper:
    """A letter or minutes as they begin."""
    return _minutes(source, kind) if kind.group is Group.MINUTES else _letter(source, kind)


def written(
    kind: DocumentKind, said: Mapping[str, str], before: Mapping[str, Any]
) -> dict[str, Any]:
    """The data of a letter with what was written. Raises Misuse: a part is missing or too long."""
    data = dict(before)
    for part in parts_of(kind):
        text = "\n".join(" ".join(line.split()) for line in said.get(part.name, "").splitlines())
        text = text.strip()
        name = NAMES[part.name]
        if part.needed and not text:
            raise Misuse(say("Hãy ghi “%(part)s”.", part=name))
        if len(text) > part.most:
            raise Misuse(say("“%(part)s” dài quá %(most)s ký tự.", part=name, most=part.most))
        if part.lines:
            data[part.name] = [line.strip(" -–;") for line in text.splitlines() if line.strip()]
        else:
            data[part.name] = text if part.long else " ".join(text.split())
    return data


def _letter(source: Source, kind: DocumentKind) -> Letter:
    act, case = source.act, source.case
    letterhead = facts.letterhead(act, source.unit_id)
    answers = kind.id == REPLY or (kind.id == LETTER and source.unit_id == case.unit_id)
    to = case.applicant if answers else facts.next_authority(source) or DOTS
    title, signer = facts.leader_of(act, source.unit_id)
    about = _about(source)
    return Letter(
        unit=letterhead,
        replaces=source.replaces,
        to=(to,),
        subject=f"trả lời hồ sơ {about}" if answers else f"đề nghị {about}",
        body="\n".join(_answer(source) if answers else _request(source, to, kind)),
        recipients=("Như trên", f"Lưu: VT, hồ sơ {case.code}"),
        signer_title=title,
        signer=signer,
    )


def _about(source: Source) -> str:
    about = facts.lower_first(facts.procedure_of(source.version))
    called = facts.subject_called(source.version)
    return f"{about} đối với {called} {source.case.subject}" if source.case.subject else about


def _came_in(source: Source) -> str:
    case = source.case
    day = day_text(local_day(case.accepted_at or case.received_at))
    receiver = facts.unit_name(source.act, case.unit_id)
    return (
        f"Ngày {day}, {receiver} tiếp nhận hồ sơ mã số {case.code} của ông/bà {case.applicant} "
        f"về thủ tục {facts.lower_first(facts.procedure_of(source.version))}."
    )


def _request(source: Source, to: str, kind: DocumentKind) -> list[str]:
    unit = facts.unit_name(source.act, source.unit_id)
    found = facts.sentence(source.first("noi_dung_tham") or source.first("de_xuat"))
    return [
        _came_in(source),
        *_martyr(source),
        f"Kết quả thẩm định: {found or 'hồ sơ đủ căn cứ giải quyết theo quy định'}.",
        f"{unit} {'kính trình' if kind.letter else 'đề nghị'} {to} xem xét, giải quyết.",
        f"Gửi kèm {facts.lower_first(str(kind.name))} này: hồ sơ và giấy tờ gốc của vụ việc./.",
    ]


def _martyr(source: Source) -> list[str]:
    """The liệt sĩ and the old award, as far as the dossier tells."""
    who = forms.martyr(source)
    if not who.name:
        return []
    told = [
        f"sinh {who.born}" if who.born else "",
        f"quê quán {who.native_place}" if who.native_place else "",
        f"hy sinh {who.died}" if who.died else "",
    ]
    called = facts.upper_first(facts.subject_called(source.version))
    sentences = [", ".join([f"{called} {who.name}", *filter(None, told)]) + "."]
    if who.award:
        by = f" theo Quyết định {who.decision} {who.decision_day}".rstrip() if who.decision else ""
        of = f" của {who.decided_by}" if who.decided_by else ""
        sentences.append(f"Bằng “Tổ quốc ghi công” số {who.award}{by}{of}.")
    return [" ".join(sentences)]


def _answer(source: Source) -> list[str]:
    unit = facts.unit_name(source.act, source.unit_id)
    why = facts.sentence(source.text(ANSWER) or source.first("ly_do_khong_du"))
    return [
        _came_in(source),
        f"Qua thẩm định, {unit} thấy hồ sơ không đủ căn cứ giải quyết. Lý do: {why or DOTS}.",
        f"{unit} trả lời để ông/bà biết và đến nhận lại giấy tờ đã nộp./.",
    ]


def _minutes(source: Source, kind: DocumentKind) -> Minutes:
    act, task = source.act, source.task
    _, chair = facts.leader_of(act, source.unit_id)
    present = facts.attending(act, source.unit_id, task.role if task else None)
    posting = kind.id == POSTING
    subject = "Kết quả niêm yết công khai hồ sơ" if posting else "Xét duyệt hồ sơ"
    return Minutes(
        unit=facts.letterhead(act, source.unit_id),
        replaces=source.replaces,
        subject=f"{subject} {_about(source)}",
        opened=f"… giờ … phút, ngày {day_text(act.today)}",
        place=f"Trụ sở {facts.unit_name(act, source.unit_id)}",
        attendees=tuple(present),
        chair=chair or DOTS,
        secretary=act.actor.name,
        body="\n".join(_posted(source) if posting else _met(source)),
        ending=(
            "Biên bản kết thúc vào hồi … giờ … phút cùng ngày, đã đọc lại cho những người tham dự "
            "cùng nghe, thống nhất và ký tên./."
        ),
        recipients=(f"Lưu: VT, hồ sơ {source.case.code}",),
    )


def _posted(source: Source) -> list[str]:
    since = facts.known_day(source.data.get("niem_yet_tu_ngay")) or DOTS
    where = source.text("niem_yet_tai") or DOTS
    by = source.text("niem_yet_phuong_tien")
    objected = source.text("co_khieu_nai")
    told = facts.sentence(source.text("noi_dung_khieu_nai"))
    return [
        _came_in(source),
        *_martyr(source),
        f"Hồ sơ được niêm yết công khai từ ngày {since} tại {where}"
        + (f", thông báo trên {by}." if by else "."),
        f"Trong thời gian niêm yết có ý kiến khiếu nại, tố cáo: {told or DOTS}."
        if objected == "co"
        else "Trong thời gian niêm yết không có ý kiến khiếu nại, tố cáo của nhân dân.",
    ]


def _met(source: Source) -> list[str]:
    concluded = source.text("ket_luan_hoi_dong")
    why = facts.sentence(source.first("ly_do_khong_du"))
    return [
        _came_in(source),
        *_martyr(source),
        f"Hội đồng nghe báo cáo kết quả thẩm định, thảo luận và biểu quyết: {DOTS}",
        f"Kết luận: hồ sơ không đủ căn cứ giải quyết. Lý do: {why or DOTS}."
        if concluded == "khong_du"
        else "Kết luận: hồ sơ đủ căn cứ đề nghị giải quyết theo quy định.",
    ]
