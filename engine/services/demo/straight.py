"""The dossiers of the demo that are on the straight way, each on somebody's desk."""

from __future__ import annotations

from engine.services.demo import deeds
from engine.services.demo import records as families
from engine.services.demo.courses import COMMUNE, Dossier, done, issued_letter, told
from engine.services.demo.deeds import Deed

#: On the straight way, on somebody's desk.
STRAIGHT = (
    # Returned within the province once, drafted again: the director signs today.
    Dossier(
        families.CHUNG,
        11,
        done(COMMUNE, 10.6, 8.9, 8.5, 7.7, 6.9)
        + done("B11", 6.5)
        + told("B12", 4.3, ds_thoi_ky="Kháng chiến chống Mỹ")
        + told(
            "B13a",
            3.6,
            y_kien_B13a="tra_lai",
            ly_do_tra_lai_B13a="Liệt sĩ hy sinh ngày 28/12/1978, Mẫu số 83 ghi thời kỳ “Kháng "
            "chiến chống Mỹ” là chưa đúng. Sửa danh sách và tờ trình rồi trình lại.",
        )
        + done("B12 B13a", 1.3, 0.2),
    ),
    # On a list that the director is late with; the certificate has not come after its dossier.
    Dossier(
        families.PAO,
        8.7,
        done(f"{COMMUNE} B11", 8.3, 6.6, 6.2, 5.4, 4.6, 4.2),
        deeds=(
            Deed(8.25, "phuong.lt", deeds.original()),
            *issued_letter("to-trinh", 6.7, "dat.hq", 4.7, "thu.dt"),
            Deed(4.5, "thu.dt", deeds.hand("snv", note="Gửi bưu điện, bảo đảm")),
        ),
        urgent="Gia đình xin có Bằng trước ngày giỗ liệt sĩ, Giám đốc Sở đã đồng ý làm trước.",
    ),
    # On the same list.
    Dossier(families.DIN, 8.6, done(f"{COMMUNE} B11", 8.2, 6.5, 6.1, 5.3, 4.5, 4.1)),
    # At the province, due soon, on a list that is being put together.
    Dossier(
        families.THUAN,
        6.6,
        done(f"{COMMUNE} B11", 6.2, 4.5, 4.1, 3.3, 2.5, 2.2),
        held_by="binh.tn",
        deeds=(
            Deed(6.15, "lan.tt", deeds.receipt),
            *issued_letter("to-trinh", 4.6, "mai.pt", 2.6, "huong.vt"),
        ),
    ),
    # On the list, in time.
    Dossier(families.KHAM, 5, done(f"{COMMUNE} B11", 4.6, 2.9, 2.5, 1.6, 0.9, 0.5)),
    # The specialist of the ward is late.
    Dossier(families.SON, 6.1, done("B1b", 5.7), channel="post"),
    # So is this one.
    Dossier(families.TOAN_QUANG, 4.9, done(f"{COMMUNE} B11", 4.5, 2.8, 2.4, 1.5, 0.8, 0.4)),
    # Returned by the chairman: the specialist drafts again.
    Dossier(
        families.QUYET,
        4.9,
        done("B1b B2 B3", 4.5, 2.8, 2.4)
        + told(
            "B4",
            1.6,
            y_kien_B4="tra_lai",
            ly_do_tra_lai_B4="Tờ trình chưa ghi số và ngày của Bằng gốc; họ tên liệt sĩ ở trang 2 "
            "viết nhầm thành “Chu Văn Quyến”. Sửa cả hai điểm rồi trình lại.",
        ),
        held_by="mai.pt",
        draft={
            "ket_qua_tham_dinh": "du",
            "noi_dung_tham_dinh": "Đã bổ sung vào tờ trình: Bằng “Tổ quốc ghi công” số QP 15203, "
            "Quyết định số 471/QĐ-QP ngày 03/02/1969.",
        },
        deeds=(
            Deed(4.45, "lan.tt", deeds.receipt),
            Deed(4.4, "lan.tt", deeds.receipt_again("Bản đã in ghi sai số điện thoại người nộp")),
            Deed(2.9, "mai.pt", deeds.letter("to-trinh")),
        ),
    ),
    # The chairman of An Phú is late.
    Dossier(
        families.SANG,
        4.6,
        done("B1b B2 B3", 4.2, 2.5, 2.1),
        deeds=(
            Deed(4.15, "lan.tt", deeds.receipt),
            Deed(2.6, "mai.pt", deeds.letter("to-trinh")),
        ),
    ),
    # So is, by a little, another chairman.
    Dossier(families.LU, 4.4, done("B1b B2 B3", 4.1, 2.2, 1.8)),
    # Signed: to be numbered and sent.
    Dossier(
        families.CHAT,
        4.1,
        done("B1b B2 B3 B4", 3.7, 2, 1.6, 0.7),
        deeds=(
            Deed(3.65, "lan.tt", deeds.receipt),
            Deed(3.6, "lan.tt", deeds.original()),
            Deed(2.1, "mai.pt", deeds.letter("to-trinh")),
        ),
    ),
    # The specialist of An Phú is late.
    Dossier(families.VUONG, 3.8, done("B1b", 3.4)),
    # Before the chairman, due soon.
    Dossier(families.TRONG, 3.2, done("B1b B2 B3", 2.8, 1.1, 0.6)),
    # With the specialist, in time.
    Dossier(
        families.KY,
        1,
        done("B1b", 0.6),
        deeds=(
            Deed(0.7, "lan.tt", deeds.form("mau-16", "B1a")),
            Deed(0.65, "lan.tt", deeds.photograph("Ảnh đơn.jpg", 360)),
            Deed(0.55, "lan.tt", deeds.receipt),
            Deed(0.55, "lan.tt", deeds.original("Còn rõ chữ, ố mép dưới")),
            Deed(
                0.5,
                "lan.tt",
                deeds.photograph_again("Ảnh chụp lần đầu mờ; chụp lại, kèm giấy tiếp nhận đã ký."),
            ),
        ),
    ),
    # At the counter for too long.
    Dossier(families.TRUONG, 0.9, channel="post"),
    # Just received, online.
    Dossier(families.HAI, 0.4, channel="online"),
)
