"""The dossiers of the demo, oldest first."""

from __future__ import annotations

from engine.services.demo import deeds
from engine.services.demo import records as families
from engine.services.demo.answers import EXPERTS
from engine.services.demo.courses import (
    CAPITAL,
    COMMUNE,
    PROVINCE,
    Dossier,
    done,
    issued_letter,
    told,
)
from engine.services.demo.deeds import Deed
from engine.services.demo.rulings import extension, letter, stop
from engine.services.demo.straight import STRAIGHT

#: Handed over, or on the way there.
_GRANTED = (
    # Finished on the straight way, within its term.
    Dossier(
        families.LUC,
        66.2,
        done(COMMUNE, 65.8, 64, 63.7, 62.9, 62.2)
        + done(PROVINCE, 61.8, 59.6, 58.8, 58.4, 58)
        + done(f"{CAPITAL} B20 B21 B22", 38.5, 33, 28, 15, 7.2, 6.8, 5.6),
    ),
    # The new certificate lies at the commune: to be handed over on the day appointed.
    Dossier(
        families.CAN,
        60.5,
        done(COMMUNE, 60.1, 58.4, 58, 57.2, 56.5)
        + done(PROVINCE, 56.1, 53.9, 53.1, 52.7, 52.3)
        + done(f"{CAPITAL} B20 B21", 33.5, 30, 22, 9, 2.2, 1.8),
    ),
    # The certificates have come: the province notes them, and is late with it.
    Dossier(
        families.THANG,
        58.3,
        done(COMMUNE, 57.9, 56.1, 55.6, 54.8, 54)
        + done(PROVINCE, 53.6, 51.4, 50.6, 50.2, 49.8)
        + done(CAPITAL, 30, 27, 23, 9.4),
        held_by="binh.tn",
    ),
    # Before the Prime Minister: the clock stands still.
    Dossier(
        families.KHOAT,
        47.2,
        done(COMMUNE, 46.8, 45, 44.5, 43.8, 43)
        + done(PROVINCE, 42.7, 40.5, 39.8, 39.3, 38.9)
        + done("B18 S2", 17.5, 12),
        held_by="ha.nt",
    ),
    # At the ministry, in time; his sister has applied about the same martyr elsewhere.
    Dossier(
        families.DUYEN_AGAIN,
        18.4,
        done(COMMUNE, 17.9, 16.2, 15.8, 15, 14.2) + done("B11", 13.8),  # from here on with its list
        held_by="ha.nt",
    ),
    # At the ministry, in time, on the same list.
    Dossier(
        families.TINH,
        18.2,
        done(f"{COMMUNE} B11", 17.6, 16, 15.5, 14.8, 14, 13.7),
        channel="online",
    ),
)

#: The certificate is hard to read: experts, or the public, are asked.
_DAMAGED = (
    # A complaint was answered as unfounded, the council met: the chairman signs.
    Dossier(
        families.HOI,
        50.5,
        done("B1b B2 B6", 50.1, 48.4, 47.8)
        + told(
            "B6_ket_qua",
            18.9,
            co_khieu_nai="co",
            noi_dung_khieu_nai="Ông Đàm Văn Thức, Xóm Bến, cho rằng gia đình đã nhận Bằng “Tổ quốc "
            "ghi công” mới từ năm 1996 nên không được đề nghị cấp đổi nữa.",
        )
        + told(
            "KN",
            6.8,
            ket_luan_khieu_nai="khong_co_co_so",
            noi_dung_xac_minh="Đã làm việc với ông Thức, gia đình bà Ngát và tra sổ quản lý liệt "
            "sĩ: bằng nhận năm 1996 là của liệt sĩ Đàm Văn Hội, anh họ của liệt sĩ Đàm Văn Hồi. "
            "Nội dung phản ánh không có cơ sở; ông Thức đã ký biên bản, không có ý kiến thêm.",
        )
        + done("B7 B8", 3.1, 0.3),
        damaged=True,
    ),
    # Experts have answered, the department's head has initialled: the director signs.
    Dossier(
        families.IN,
        48,
        done(COMMUNE, 47.6, 46, 45.6, 44.8, 44)
        + done(PROVINCE, 43.6, 41.4, 40.6, 40.2, 39.8)
        + done("S1 B15 B16a", 4.1, 2.3, 0.6),
        experts=True,
    ),
    # The experts' report has just come.
    Dossier(
        families.LUONG,
        40.2,
        done(COMMUNE, 39.8, 38.1, 37.7, 36.9, 36.2)
        + done(PROVINCE, 35.8, 33.6, 32.8, 32.4, 32)
        + done("S1", 1.3),
        experts=True,
        held_by="binh.tn",
    ),
    # The council has met: the specialist sums up.
    Dossier(
        families.TOAN,
        37.7,
        done("B1b B2 B6 B6_ket_qua B7", 37.3, 35.7, 35.1, 6.2, 2.3),
        damaged=True,
        held_by="mai.pt",
    ),
    # A complaint during the posting: the chairman verifies.
    Dossier(
        families.KHIEM,
        37.3,
        done("B1b B2 B6", 36.9, 35.2, 34.6)
        + told(
            "B6_ket_qua",
            5.7,
            co_khieu_nai="co",
            noi_dung_khieu_nai="Bà Hoàng Thị Thoa, Xóm Soi, trình bày: tên trên danh sách niêm yết "
            "là Hoàng Văn Khiêm, nhưng bia ghi danh tại nghĩa trang liệt sĩ xã khắc là Hoàng Văn "
            "Khâm, hy sinh năm 1952. Đề nghị xác minh đây là một hay hai người trước khi đề nghị "
            "cấp đổi.",
        ),
        damaged=True,
    ),
    # The posting is over without a complaint: the council meets.
    Dossier(families.MUU, 34.2, done("B1b B2 B6 B6_ket_qua", 33.8, 32.1, 31.5, 2.6), damaged=True),
    # With the experts: the clock stands still.
    Dossier(
        families.LOI,
        33.3,
        done(COMMUNE, 32.9, 31.1, 30.7, 29.9, 29) + done(PROVINCE, 28.6, 26.5, 25.8, 25.3, 24.9),
        experts=True,
        held_by="ha.nt",
        deeds=(
            Deed(32.85, "phuong.lt", deeds.original("Rách mép phải; mờ chữ số năm hy sinh")),
            Deed(28.95, "thu.dt", deeds.hand("snv")),
            Deed(28.55, "oanh.lk", deeds.confirm),
            Deed(24.85, "ha.nt", deeds.hand(outside=EXPERTS, note="Kèm công văn đề nghị")),
            Deed(23.5, "ha.nt", deeds.confirm),
        ),
    ),
    # Posted in public: the timer runs.
    Dossier(families.HOAN, 16.1, done("B1b B2 B6", 15.7, 14, 12.5), damaged=True),
    # To be posted.
    Dossier(families.LIEN, 2.6, done("B1b B2", 2.2, 0.5), damaged=True),
)

#: Without grounds, refused, or waiting for papers.
_DOUBTFUL = (
    # No grounds: the papers went back.
    Dossier(
        families.DAT,
        20.5,
        done("B1b", 20.1)
        + told(
            "B2",
            18.4,
            ket_qua_tham_dinh="khong_du",
            ly_do_khong_du_B2="Giấy xác nhận kèm theo lập ngày 14/6/1997, sau ngày 31/12/1994; "
            "danh sách chi trả trợ cấp lưu tại phường không có tên thân nhân liệt sĩ Thân Văn Đạt. "
            "Không đáp ứng điểm b khoản 1 Điều 23 Nghị định số 131/2021/NĐ-CP.",
            noi_dung_tham_dinh="Đã tra hồ sơ chi trả trợ cấp 1976–1994 lưu tại phường. Đề xuất "
            "trả lời bằng văn bản, hướng dẫn gia đình tìm quyết định trợ cấp gốc.",
        )
        + done("B3 B4 B5 TH_xa", 18, 17.2, 16.4, 14.9),
    ),
    # Refused at the counter.
    Dossier(
        families.VINH,
        11.2,
        told(
            "B1b",
            10.8,
            ket_qua_tiep_nhan="tu_choi",
            ly_do_tu_choi="Bằng kèm theo đơn là Bằng “Tổ quốc ghi công” do Thủ tướng Chính phủ cấp "
            "theo Quyết định số 412/TTg ngày 27/07/1977, không thuộc trường hợp cấp đổi quy định "
            "tại điểm a khoản 1 Điều 23 Nghị định số 131/2021/NĐ-CP. Đề nghị ông làm thủ tục cấp "
            "lại theo Điều 24 Nghị định này.",
        ),
        deeds=(
            Deed(11, "nga.ht", deeds.original("Rách mép")),
            Deed(10.75, "nga.ht", deeds.form("bm-03", "B1b")),
        ),
    ),
    # No grounds, signed and sent: the papers wait for the family.
    Dossier(
        families.TAP,
        5.9,
        done("B1b", 5.5)
        + told(
            "B2",
            3.8,
            ket_qua_tham_dinh="khong_du",
            ly_do_khong_du_B2="Sổ quản lý liệt sĩ ghi: bằng số QP 15977 đã được đổi thành Bằng "
            "“Tổ quốc ghi công” của Thủ tướng Chính phủ năm 1979, vợ liệt sĩ ký nhận. Không đáp "
            "ứng điểm a khoản 1 Điều 23 Nghị định số 131/2021/NĐ-CP.",
            noi_dung_tham_dinh="Đề xuất trả lời bằng văn bản; nếu bằng năm 1979 bị mất thì hướng "
            "dẫn gia đình làm thủ tục cấp lại theo Điều 24.",
        )
        + done("B3 B4 B5", 3.4, 2.6, 1.8),
        deeds=(
            Deed(5.45, "lan.tt", deeds.receipt),
            *issued_letter("cong-van", 3.9, "mai.pt", 1.9, "huong.vt"),
        ),
    ),
    # Waiting for a supplement.
    Dossier(
        families.PHU,
        5.2,
        told(
            "B1b",
            4.8,
            thanh_phan_ho_so={"don_mau_16": "ban_chinh"},
            ket_qua_tiep_nhan="bo_sung",
            ly_do_bo_sung="1. Bản gốc Bằng “Tổ quốc ghi công” số QP 10482: mới nộp bản sao.\n"
            "2. Giấy tờ chứng minh thân nhân đã được giải quyết chế độ ưu đãi trước ngày "
            "31/12/1994: chưa có.",
        ),
        deeds=(Deed(4.75, "lan.tt", deeds.form("bm-02", "B1b")),),
    ),
)

#: Their terms did not run as usual.
_RULED = (
    # The ministry is late, the day promised has passed: the chairman has apologised.
    Dossier(
        families.NGHIA,
        64.1,
        done(COMMUNE, 63.6, 62, 61.5, 60.8, 60.1) + done(PROVINCE, 59.7, 57.4, 56.8, 56.3, 55.9),
        ruling=letter(
            5.4,
            "thanh.nd",
            15,
            "Bộ Nội vụ chưa thẩm định xong hồ sơ trình Thủ tướng Chính phủ; Ủy ban nhân dân xã đã "
            "đề nghị Sở Nội vụ có văn bản đôn đốc.",
        ),
    ),
    # Two papers tell two days of death: the province takes ten days more to compare them.
    Dossier(
        families.LUAN,
        5.6,
        done(f"{COMMUNE} B11", 5.2, 3.5, 3.1, 2.3, 1.7, 1.3),
        held_by="ha.nt",
        ruling=extension(
            0.6,
            "minh.la",
            10,
            "214/TB-SNV",
            "Giấy báo tử ghi hy sinh ngày 14/02/1969, bằng gốc ghi ngày 14/12/1969; phải đối chiếu "
            "với Ban Chỉ huy quân sự khu vực trước khi đề nghị cấp đổi.",
        ),
    ),
    # The same certificate lies in another office already.
    Dossier(
        families.DUYEN,
        12.6,
        done("B1b", 12.2),
        ruling=stop(
            10.3,
            "thanh.nd",
            "87/TB-UBND",
            "Em trai người nộp đã nộp hồ sơ cấp đổi cùng tấm bằng này tại phường Tân Giang Đông; "
            "gia đình thống nhất để phường giải quyết.",
        ),
    ),
)

#: Oldest first, so that codes grow with time.
DOSSIERS = tuple(
    sorted((*_GRANTED, *_DAMAGED, *_DOUBTFUL, *STRAIGHT, *_RULED), key=lambda one: -one.filed)
)
