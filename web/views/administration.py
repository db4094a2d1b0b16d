"""The administrators' rooms on one page: what waits for them in each."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.domain.access import Permission, require
from engine.persistence import incidents
from engine.services import journalling, vacancies
from web import scope

bp = Blueprint("administration", __name__, url_prefix="/quan-tri")


#: Units without somebody at a post that are named on the page.
MOST_VACANCIES = 3


@dataclass(frozen=True)
class Card:
    """A room with what it is for; `waiting` things there want somebody's attention."""

    address: str
    label: str
    purpose: str
    icon: str
    waiting: int = 0


@bp.get("")
def show() -> ResponseReturnValue:
    """A card for each room."""
    with scope.act() as act:
        require(act.actor, Permission.INCIDENT_HANDLE)
        waiting = incidents.open_count(act.session)
        return render_template(
            "administration/show.html",
            cards=_cards(waiting),
            vacancies=vacancies.vacancies(act),
            most=MOST_VACANCIES,
            verified=journalling.last_verified(act),
        )


def _cards(waiting: int) -> list[Card]:
    rooms = [
        (
            "incidents.show",
            _("Sự cố"),
            _("Việc máy không tự làm được: bước hẹn giờ, thư, bản vẽ, lịch."),
            "exclamation-triangle-fill",
            waiting,
        ),
        (
            "mails.show",
            _("Thư đi"),
            _("Thư hệ thống đã gửi, đang chờ gửi hoặc không gửi được."),
            "envelope",
            0,
        ),
        (
            "units.show",
            _("Đơn vị"),
            _("Cây đơn vị, người đứng đầu, ký hiệu và địa chỉ trên văn bản, chức danh còn thiếu."),
            "diagram-3",
            0,
        ),
        (
            "users.show",
            _("Người dùng"),
            _("Tài khoản, chức danh, người thay, mật khẩu, khóa, phiên đăng nhập."),
            "people-fill",
            0,
        ),
        (
            "roles.show",
            _("Chức danh"),
            _("Danh mục chức danh: ai làm trong hệ thống, ai ghi nhận thay bên ngoài."),
            "person-fill",
            0,
        ),
        (
            "staff_import.show",
            _("Nhập nhân sự từ Excel"),
            _("Đưa đơn vị, người dùng, chức danh vào cùng lúc, xem trước rồi mới nhập."),
            "cloud-upload",
            0,
        ),
        (
            "office_hours.show",
            _("Giờ làm việc"),
            _("Các ca trong ngày mà mọi thời hạn được tính theo."),
            "clock-fill",
            0,
        ),
        (
            "ladders.show",
            _("Bậc nhắc hạn"),
            _("Khi nào nhắc ai về việc sắp đến hạn hoặc đã quá hạn."),
            "bell",
            0,
        ),
        (
            "book_settings.show",
            _("Cách ghi số, giới hạn sổ"),
            _("Số văn bản của từng đơn vị ghi thế nào, bắt đầu từ đâu, khóa và mở lại sổ."),
            "journal-text",
            0,
        ),
        (
            "certificates.show",
            _("Chứng thư số"),
            _("Ai ký số được, cơ quan nào có chữ ký số, đến ngày nào."),
            "shield-lock",
            0,
        ),
        (
            "importing.show",
            _("Nhập hồ sơ đang giải quyết dở"),
            _("Đưa hồ sơ đã bắt đầu ở ngoài vào đúng bước đang làm, từ Excel."),
            "file-earmark-plus",
            0,
        ),
        (
            "reading.show",
            _("Ai đã xem dữ liệu cá nhân"),
            _("Cán bộ nào đã mở hồ sơ, tệp, thông tin của ai, khi nào."),
            "eye",
            0,
        ),
        (
            "retention.show",
            _("Thời hạn lưu"),
            _("Thư, thông báo, lượt xem được giữ bao lâu; hồ sơ luôn được giữ."),
            "trash",
            0,
        ),
        (
            "calendar.show",
            _("Lịch làm việc"),
            _("Ngày nghỉ, ngày làm bù của từng năm và của từng đơn vị."),
            "calendar3",
            0,
        ),
    ]
    return [Card(url_for(room), *words) for room, *words in rooms]
