"""What the officers of the demo write at each step when all goes well."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from engine.services.demo.families import Family

Answers = Mapping[str, object]

EXPERTS = "Phân viện Khoa học hình sự khu vực Lam Sơn"

#: What the checklist calls the papers that prove allowances before 1995.
_PROOFS: Answers = {
    "quyet_dinh_tro_cap": "Quyết định hưởng trợ cấp",
    "so_tro_cap": "Sổ nhận trợ cấp ưu đãi",
    "danh_sach_chi_tra": "Danh sách chi trả trợ cấp có ký nhận",
    "giay_to_khac": "Giấy xác nhận hưởng trợ cấp lập trước ngày 31/12/1994",
}


@dataclass(frozen=True)
class Scene:
    """What somebody who fills in a step of a dossier has before them."""

    family: Family
    commune: str  # "xã An Phú"
    receiver: str  # who receives dossiers there
    number: int  # of the dossier
    day: date
    channel: str
    damaged: bool  # the certificate no longer tells what it should
    experts: bool  # the province asks experts about it

    def serial(self, a_day: int) -> int:
        """The number that an office which sends out `a_day` letters has reached on this day."""
        return self.day.timetuple().tm_yday * a_day + self.number % a_day

    @property
    def today(self) -> str:
        return self.day.isoformat()


def written(element: str, scene: Scene) -> Answers:
    """The answers at a step."""
    return _STEPS[element](scene)


def papers(scene: Scene) -> Mapping[str, str]:
    """The complete dossier as the checklist keeps it."""
    state = "ban_quet" if scene.channel == "online" else "ban_chinh"
    return dict.fromkeys(("don_mau_16", "bang_goc", scene.family.proof), state)


def _reception(scene: Scene) -> Answers:
    return {
        "thanh_phan_ho_so": papers(scene),
        "bang_mo_hu_hai": scene.damaged,
        "ket_qua_tiep_nhan": "du",
    }


def _appraisal(scene: Scene) -> Answers:
    return {
        "bang_mo_hu_hai": scene.damaged,
        "ket_qua_tham_dinh": "du",
        "noi_dung_tham_dinh": f"{_found(scene)} {_proposed(scene)}",
    }


def _found(scene: Scene) -> str:
    """What the commune reads on the old certificate."""
    family = scene.family
    certificate, martyr = family.certificate.named, family.martyr.name
    if scene.damaged:
        seen = family.condition[0].lower() + family.condition[1:]
        return f"Đã đối chiếu bản gốc {certificate}: {seen}"
    if scene.experts:
        return (
            f"Đã đối chiếu bản gốc {certificate}: đọc được họ tên, quê quán của liệt sĩ {martyr}; "
            "chữ số cuối của năm hy sinh hơi mờ, khớp với giấy tờ gia đình đang giữ."
        )
    return (
        f"Đã đối chiếu bản gốc {certificate}: còn đọc được đủ họ tên, quê quán, ngày hy sinh của "
        f"liệt sĩ {martyr}, khớp với bản khai và {_PROOFS[family.proof]}."
    )


def _proposed(scene: Scene) -> str:
    if scene.damaged:
        return (
            "Không đủ thông tin để lập danh sách ngay. Đề xuất niêm yết công khai tại trụ sở "
            f"và {scene.family.hamlet}, lấy ý kiến nhân dân theo Điều 23 Nghị định "
            "số 131/2021/NĐ-CP."
        )
    return (
        "Hồ sơ đủ thành phần, thân nhân đã được giải quyết chế độ trước ngày 31/12/1994. "
        "Đề xuất lãnh đạo xác nhận bản khai, ký tờ trình gửi Sở Nội vụ kèm bằng gốc."
    )


def _commune_letter(scene: Scene) -> Answers:
    return {"van_ban_xa_so": f"{scene.serial(2)}/UBND-VHXH", "van_ban_xa_ngay": scene.today}


def _posting(scene: Scene) -> Answers:
    return {
        "niem_yet_tu_ngay": scene.today,
        "niem_yet_tai": f"Trụ sở Ủy ban nhân dân {scene.commune}; nhà văn hóa "
        f"{scene.family.hamlet}",
        "niem_yet_phuong_tien": f"Đài truyền thanh {scene.commune}, phát 06 lượt",
    }


def _posting_result(scene: Scene) -> Answers:
    return {"co_khieu_nai": "khong", "bien_ban_niem_yet_ngay": scene.today}


def _complaint_answered(scene: Scene) -> Answers:
    return {
        "tra_loi_khieu_nai_so": f"{scene.serial(2)}/UBND-VHXH",
        "tra_loi_khieu_nai_ngay": scene.today,
    }


def _council(scene: Scene) -> Answers:
    return {"ket_luan_hoi_dong": "du", "hop_hoi_dong_ngay": scene.today}


def _summary(scene: Scene) -> Answers:
    return {
        "de_xuat_B8": f"Hết thời gian niêm yết; Hội đồng xác nhận người có công {scene.commune} "
        f"đã họp, nhất trí đề nghị cấp đổi Bằng đối với liệt sĩ {scene.family.martyr.name}. "
        "Trình ký văn bản đề nghị kèm biên bản niêm yết, biên bản họp xét duyệt và bằng gốc "
        "gửi Sở Nội vụ."
    }


def _arrival(scene: Scene) -> Answers:
    return {"so_den_so": str(scene.serial(9)), "so_den_ngay": scene.today}


def _examination(scene: Scene) -> Answers:
    martyr, certificate = scene.family.martyr, scene.family.certificate
    way = {"huong_giai_quyet": "bo"}
    if scene.experts:
        way = {"huong_giai_quyet": "giam_dinh", "co_quan_giam_dinh": EXPERTS}
    return {
        **way,
        "ds_chuc_vu": martyr.rank,
        "ds_doi_tuong": martyr.force,
        "ds_que_xa": scene.commune[0].upper() + scene.commune[1:],
        "ds_que_tinh": "Lam Sơn",
        "ds_thoi_ky": martyr.period,
        "ds_ky_hieu_bang": certificate.issuer.mark,
        "noi_dung_tham_tra": _opinion(scene),
    }


def _opinion(scene: Scene) -> str:
    certificate, martyr = scene.family.certificate.named, scene.family.martyr.name
    if scene.experts:
        return (
            f"{certificate} mờ chữ số năm hy sinh của liệt sĩ {martyr}, chưa đủ căn cứ lập danh "
            f"sách. Dự thảo văn bản gửi {EXPERTS} đề nghị trưng cầu giám định phần chữ mờ."
        )
    return (
        f"Đã rà soát {certificate} và giấy tờ kèm theo: thông tin của liệt sĩ {martyr} thống nhất, "
        "chưa có trong danh sách đã cấp đổi. Lập danh sách theo Mẫu số 83, dự thảo văn bản "
        "đề nghị Bộ Nội vụ."
    )


def _province_letter(scene: Scene) -> Answers:
    return {"van_ban_so_so": f"{scene.serial(8)}/SNV-NCC", "van_ban_so_ngay": scene.today}


def _expert_report(scene: Scene) -> Answers:
    return {"giam_dinh_ngay_nhan": scene.today, "giam_dinh_so": f"{scene.serial(1)}/KL-PVKHHS"}


def _report_taken(_scene: Scene) -> Answers:
    return {"ket_qua_giam_dinh": "du"}


def _second_letter(scene: Scene) -> Answers:
    return {
        "van_ban_so_giam_dinh_so": f"{scene.serial(8)}/SNV-NCC",
        "van_ban_so_giam_dinh_ngay": scene.today,
    }


def _ministry(scene: Scene) -> Answers:
    return {"bo_trinh_ngay": scene.today, "bo_trinh_so": f"{scene.serial(1)}/TTr-BNV"}


def _government_office(scene: Scene) -> Answers:
    return {"vpcp_trinh_ngay": scene.today, "vpcp_trinh_so": f"{scene.serial(17)}/VPCP-KGVX"}


def _decision(scene: Scene) -> Answers:
    return {
        "quyet_dinh_cap_doi_so": f"{scene.serial(5)}/QĐ-TTg",
        "quyet_dinh_cap_doi_ngay": scene.today,
    }


def _printing(scene: Scene) -> Answers:
    return {
        "bang_moi_so": f"LS {204_000 + 37 * scene.number}",
        "bang_moi_ngay_gui": scene.today,
    }


def _registration(scene: Scene) -> Answers:
    return {
        "so_quan_ly": f"LS/{scene.day.year}/{scene.serial(1):04d}",
        "bang_moi_ngay_nhan": scene.today,
        "da_lap_trich_luc": True,
        "da_luu_bang_cu": True,
        "da_thong_bao_xa": True,
    }


def _to_commune(scene: Scene) -> Answers:
    return {"ket_qua_ve_xa_ngay": scene.today, "ket_qua_ve_xa_nguoi_nhan": scene.receiver}


def _handed_over(scene: Scene) -> Answers:
    return {
        "tra_ket_qua_ngay": scene.today,
        "tra_ket_qua_nguoi_nhan": scene.family.applicant.name,
        "da_luu_ho_so": True,
    }


def _papers_back(scene: Scene) -> Answers:
    return {
        "tra_ho_so_ngay": scene.today,
        "tra_ho_so_nguoi_nhan": scene.family.applicant.name,
    }


def _agreed(element: str) -> Callable[[Scene], Answers]:
    return lambda _scene: {f"y_kien_{element}": "dong_y"}


_STEPS: Mapping[str, Callable[[Scene], Answers]] = {
    "B1b": _reception,
    "B2": _appraisal,
    "B5": _commune_letter,
    "B6": _posting,
    "B6_ket_qua": _posting_result,
    "KN": _complaint_answered,
    "B7": _council,
    "B8": _summary,
    "B10": _commune_letter,
    "TH_xa": _papers_back,
    "B11": _arrival,
    "B12": _examination,
    "B14": _province_letter,
    "S1": _expert_report,
    "B15": _report_taken,
    "B17": _second_letter,
    "B18": _ministry,
    "S2": _government_office,
    "S3": _decision,
    "B19": _printing,
    "B20": _registration,
    "B21": _to_commune,
    "B22": _handed_over,
    **{leader: _agreed(leader) for leader in ("B3", "B4", "B9", "B13a", "B13b", "B16a", "B16b")},
}
