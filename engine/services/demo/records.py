"""The families of the demo: nobody of them lives, no number was ever given out."""

from __future__ import annotations

from engine.services.demo.families import (
    PROVINCE,
    Applicant,
    Certificate,
    Family,
    Issuer,
    Martyr,
    Relative,
    Sex,
)

M, F = Sex.MALE, Sex.FEMALE
VETERANS, DEFENCE, PREMIER = Issuer.VETERANS, Issuer.DEFENCE, Issuer.PREMIER

# --- xã An Phú -----------------------------------------------------------------------------------

LUC = Family(
    "ap",
    "Xóm Đình",
    Martyr("Nguyễn Văn Lực", M, "1930", "1953-11-20", "Tiểu đội trưởng"),
    Certificate(VETERANS, 4127, 218, "1957-07-15"),
    Applicant("Nguyễn Thị Thơm", F, "1951-04-10", "Con đẻ", "004217", "2021-08-16", "0751204417"),
    (Relative("Nguyễn Văn Lợi", M, "1953-06", "Con đẻ"),),
)
CAN = Family(
    "ap",
    "Xóm Giếng",
    Martyr("Lưu Đức Cẩn", M, "1927", "1950-10-09", "Chính trị viên đại đội"),
    Certificate(VETERANS, 2863, 147, "1956-12-22"),
    Applicant("Lưu Thị Mận", F, "1949-08-02", "Con đẻ", "011804", "2021-11-05", "0753611208"),
    proof="quyet_dinh_tro_cap",
)
KHOAT = Family(
    "ap",
    "Xóm Trại",
    Martyr("Vũ Đình Khoát", M, "1941-03", "1970-08-21", "Thượng sĩ, Trung đội phó"),
    Certificate(DEFENCE, 18340, 602, "1971-07-27"),
    Applicant("Đào Thị Nhung", F, "1944-09-15", "Vợ", "007392", "2022-03-21", "0758340071"),
    (
        Relative("Vũ Đình Khang", M, "1965-12-08", "Con đẻ"),
        Relative("Vũ Thị Khuyên", F, "1968-02-17", "Con đẻ"),
    ),
)
HOI = Family(
    "ap",
    "Xóm Bến",
    Martyr("Đàm Văn Hồi", M, "1926", "1949-08-17", "Đội viên du kích", "Dân quân, du kích"),
    Certificate(VETERANS, 1975, 96, "1956-07-27"),
    Applicant("Đàm Thị Ngát", F, "1948-01-20", "Con đẻ", "002561", "2021-06-29", "0755102846"),
    proof="danh_sach_chi_tra",
    condition="Bằng bị ẩm mốc, mất chữ ở dòng ghi ngày hy sinh.",
)
TOAN = Family(
    "ap",
    "Xóm Chùa",
    Martyr("Phí Văn Toản", M, "1929", "1952-12-05", "Tiểu đội phó"),
    Certificate(VETERANS, 5218, 304, "1958-02-10"),
    Applicant("Phí Văn Tuấn", M, "1951-07-11", "Con đẻ", "009046", "2021-09-13", "0757730925"),
    (Relative("Phí Thị Tuyết", F, "1953-03-03", "Con đẻ"),),
    condition="Bằng bị mối ăn mất góc phải, không còn số quyết định.",
)
KHIEM = Family(
    "ap",
    "Xóm Soi",
    Martyr("Hoàng Văn Khiêm", M, "1925", "1951-01-16", "Xã đội phó", "Dân quân, du kích"),
    Certificate(VETERANS, 3391, 175, "1957-03-08"),
    Applicant("Hoàng Thị Lụa", F, "1947-10-30", "Con đẻ", "015720", "2021-07-19", "0752948163"),
    (Relative("Hoàng Văn Liêm", M, "1950-05", "Con đẻ"),),
    condition="Chữ trên bằng đã phai, chỉ còn đọc được họ và chữ lót của liệt sĩ.",
)
MUU = Family(
    "ap",
    "Xóm Đồng",
    Martyr("Doãn Văn Mưu", M, "1929", "1953-04-14", "Chiến sĩ liên lạc"),
    Certificate(VETERANS, 4480, 231, "1957-09-02"),
    Applicant("Doãn Thị Mơ", F, "1952-02-26", "Con đẻ", "013385", "2023-04-10", "0756037714"),
    condition="Bằng ngâm nước trong trận lụt, mực nhòe gần hết.",
)
THUAN = Family(
    "ap",
    "Xóm Đồng",
    Martyr("Bế Văn Thuận", M, "1939", "1972-07-27", "Chuẩn úy, Trung đội trưởng"),
    Certificate(DEFENCE, 24106, 815, "1973-12-22"),
    Applicant("Bế Thị Hoan", F, "1963-12-01", "Con đẻ", "006648", "2022-10-17", "0754419036"),
    (Relative("Bế Văn Thu", M, "1966-08-19", "Con đẻ"),),
)
TAP = Family(
    "ap",
    "Xóm Cầu",
    Martyr("Viên Đình Tập", M, "1940", "1968-05-05", "Trung sĩ, Tiểu đội trưởng"),
    Certificate(DEFENCE, 15977, 488, "1969-07-27"),
    Applicant("Viên Đình Luyện", M, "1962-03-14", "Con đẻ", "008173", "2021-12-20", "0759250681"),
    (Relative("Nguyễn Thị Ấm", F, "1941", "Vợ"),),
    proof="quyet_dinh_tro_cap",
)
PHU = Family(
    "ap",
    "Xóm Soi",
    Martyr("Lục Văn Phú", M, "1940", "1965-05-11", "Hạ sĩ, chiến sĩ trinh sát"),
    Certificate(DEFENCE, 10482, 356, "1966-07-27"),
    Applicant(
        "Lục Văn Quý",
        M,
        "1966-09-09",
        "Cháu ruột, thờ cúng liệt sĩ",
        "010957",
        "2024-09-16",
        "0750836472",
    ),
)
QUYET = Family(
    "ap",
    "Xóm Chùa",
    Martyr("Chu Văn Quyết", M, "1946", "1968-02-24", "Hạ sĩ, Tiểu đội phó"),
    Certificate(DEFENCE, 15203, 471, "1969-02-03"),
    Applicant("Chu Văn Định", M, "1950-05-19", "Em ruột", "003812", "2022-06-06", "0751966350"),
    (Relative("Chu Thị Đoan", F, "1954", "Em ruột"),),
)
SANG = Family(
    "ap",
    "Xóm Giếng",
    Martyr("La Văn Sáng", M, "1950-11", "1972-09-09", "Binh nhất, chiến sĩ"),
    Certificate(DEFENCE, 24871, 840, "1974-07-27"),
    Applicant("La Văn Rạng", M, "1954-06-12", "Em ruột", "012409", "2021-10-25", "0753087295"),
    (
        Relative("La Thị Sen", F, "1957", "Em ruột"),
        Relative("La Văn Sửu", M, "1961-04", "Em ruột"),
    ),
)
CHAT = Family(
    "ap",
    "Xóm Trại",
    Martyr("Nhữ Văn Chất", M, "1943", "1969-06-06", "Trung sĩ, Khẩu đội trưởng"),
    Certificate(DEFENCE, 17054, 533, "1970-12-22"),
    Applicant("Nhữ Thị Phấn", F, "1965-11-28", "Con đẻ", "014236", "2023-08-14", "0758614503"),
)
VUONG = Family(
    "ap",
    "Xóm Đình",
    Martyr("Cấn Văn Vượng", M, "1931", "1954-03-30", "Tiểu đội trưởng bộc phá"),
    Certificate(VETERANS, 6034, 352, "1958-05-07"),
    Applicant("Cấn Văn Vinh", M, "1952-12-24", "Con đẻ", "005571", "2021-05-31", "0755748219"),
    proof="giay_to_khac",
)
TRONG = Family(
    "ap",
    "Xóm Bến",
    Martyr("Ngô Quang Trọng", M, "1942-02", "1966-11-19", "Hạ sĩ, Tiểu đội phó"),
    Certificate(DEFENCE, 11629, 390, "1967-12-22"),
    Applicant("Hà Thị Quế", F, "1944-07-07", "Vợ", "001948", "2021-04-26", "0757205184"),
    (Relative("Ngô Quang Hậu", M, "1965-10-15", "Con đẻ"),),
)
LIEN = Family(
    "ap",
    "Xóm Cầu",
    Martyr(
        "Kiều Thị Liên",
        F,
        "1947-08",
        "1968-07-24",
        "Tiểu đội trưởng thanh niên xung phong",
        "Thanh niên xung phong",
    ),
    Certificate(DEFENCE, 15688, 480, "1969-05-19"),
    Applicant("Kiều Văn Liễn", M, "1951-03-18", "Em ruột", "016063", "2022-01-10", "0752371940"),
    (Relative("Kiều Thị Lành", F, "1955-12", "Em ruột"),),
    condition="Bằng bị cháy sém một phần, mất chữ ở dòng ghi quê quán.",
)
KY = Family(
    "ap",
    "Xóm Đồng",
    Martyr("Mạc Văn Kỳ", M, "1949", "1971-12-02", "Hạ sĩ, chiến sĩ thông tin"),
    Certificate(DEFENCE, 22715, 764, "1972-12-22"),
    Applicant("Mạc Thị Tươi", F, "1953-09-21", "Em ruột", "007716", "2021-08-30", "0756592037"),
    proof="quyet_dinh_tro_cap",
)
TRUONG = Family(
    "ap",
    "Xóm Soi",
    Martyr("Đoàn Văn Trường", M, "1944", "1967-09-14", "Trung sĩ, Tiểu đội trưởng"),
    Certificate(DEFENCE, 13340, 427, "1968-12-22"),
    Applicant("Đoàn Thị Bưởi", F, "1948-04-05", "Em ruột", "011275", "2023-02-13", "0754863109"),
    (Relative("Đoàn Văn Sơn", M, "1952-01-30", "Em ruột"),),
)
HAI = Family(
    "ap",
    "Xóm Cầu",
    Martyr("Tống Duy Hải", M, "1937", "1968-11-03", "Thiếu úy, Đại đội phó"),
    Certificate(DEFENCE, 16142, 495, "1969-12-22"),
    Applicant("Tống Thị Xuyến", F, "1961-06-25", "Con đẻ", "009828", "2024-11-18", "0759417526"),
    (Relative("Tống Duy Hà", M, "1964-10-11", "Con đẻ"),),
)

NGHIA = Family(
    "ap",
    "Xóm Đông",
    Martyr("Tạ Quang Nghĩa", M, "1939-05", "1967-03-18", "Trung sĩ, Tiểu đội trưởng"),
    Certificate(DEFENCE, 12903, 418, "1968-07-27"),
    Applicant("Tạ Thị Hiền", F, "1962-11-03", "Con đẻ", "008164", "2022-05-12", "0754418206"),
    (Relative("Đinh Thị Nụ", F, "1940", "Vợ"),),
)
LUAN = Family(
    "ap",
    "Xóm Núi",
    Martyr("Ngô Đức Luân", M, "1946", "1969-12-14", "Hạ sĩ, Tiểu đội phó"),
    Certificate(DEFENCE, 17750, 583, "1970-12-22"),
    Applicant("Ngô Đức Lân", M, "1968-02-06", "Con đẻ", "013927", "2021-09-23", "0757320954"),
)
DUYEN = Family(
    "ap",
    "Xóm Đình",
    Martyr("Mai Văn Duyến", M, "1943-10", "1971-05-02", "Binh nhất, chiến sĩ"),
    Certificate(DEFENCE, 21186, 702, "1972-12-22"),
    Applicant("Mai Thị Sen", F, "1965-04-28", "Con đẻ", "003751", "2022-08-15", "0752908437"),
    (Relative("Mai Văn Sáng", M, "1967-09", "Con đẻ"),),
)

# --- phường Tân Giang Đông -----------------------------------------------------------------------

#: The younger brother of DUYEN's applicant, who does not know that his sister applies as well.
DUYEN_AGAIN = Family(
    "tgd",
    "Tổ dân phố số 2",
    DUYEN.martyr,
    DUYEN.certificate,
    Applicant("Mai Văn Sáng", M, "1967-09", "Con đẻ", "012746", "2021-10-11", "0754418036"),
    (Relative("Mai Thị Sen", F, "1965-04-28", "Con đẻ"),),
    origin=f"Xóm Đình, xã An Phú, {PROVINCE}",
)
THANG = Family(
    "tgd",
    "Tổ dân phố số 3",
    Martyr("Phan Văn Thắng", M, "1948", "1972-06-18", "Trung sĩ, Tiểu đội phó"),
    Certificate(DEFENCE, 23958, 809, "1973-07-27"),
    Applicant("Phan Văn Chiến", M, "1951-11-02", "Em ruột", "004693", "2021-07-05", "0750649317"),
    (
        Relative("Phan Thị Hòa", F, "1955-03", "Em ruột"),
        Relative("Phan Văn Bình", M, "1958-10-06", "Em ruột"),
    ),
)
LUONG = Family(
    "tgd",
    "Tổ dân phố số 6",
    Martyr("Khổng Văn Lượng", M, "1930", "1954-05-01", "Trung đội phó"),
    Certificate(VETERANS, 6117, 355, "1958-05-07"),
    Applicant("Khổng Văn Đoàn", M, "1953-01-09", "Con đẻ", "013950", "2022-08-22", "0751583094"),
    proof="danh_sach_chi_tra",
)
DAT = Family(
    "tgd",
    "Tổ dân phố số 4",
    Martyr("Thân Văn Đạt", M, "1951", "1973-03-11", "Binh nhất, chiến sĩ"),
    Certificate(DEFENCE, 26011, 877, "1975-07-27"),
    Applicant(
        "Thân Thị Duyên",
        F,
        "1969-05-27",
        "Cháu ruột, thờ cúng liệt sĩ",
        "010386",
        "2021-09-27",
        "0753862750",
    ),
    proof="giay_to_khac",
)
TINH = Family(
    "tgd",
    "Tổ dân phố số 7",
    Martyr("Trần Hữu Tình", M, "1934", "1971-04-09", "Thiếu úy, Đại đội phó"),
    Certificate(DEFENCE, 21466, 718, "1972-07-27"),
    Applicant("Trần Hữu Nghĩa", M, "1958-03-22", "Con đẻ", "002179", "2021-06-14", "0758127643"),
    (
        Relative("Phạm Thị Thảo", F, "1937", "Vợ"),
        Relative("Trần Thị Hiếu", F, "1962-09-01", "Con đẻ"),
    ),
)
HOAN = Family(
    "tgd",
    "Tổ dân phố số 1",
    Martyr("Nguyễn Bá Hoan", M, "1945-06", "1974-10-05", "Chuẩn úy, Trung đội trưởng"),
    Certificate(DEFENCE, 27530, 921, "1976-07-27"),
    Applicant("Đỗ Thị Sâm", F, "1947-02-14", "Vợ", "008504", "2021-11-29", "0755390678"),
    (
        Relative("Nguyễn Bá Hợp", M, "1967-11-23", "Con đẻ"),
        Relative("Nguyễn Thị Hiên", F, "1970-07-04", "Con đẻ"),
    ),
    condition="Bằng bị dính nước, nhòe họ tên và ngày hy sinh.",
)
VINH = Family(
    "tgd",
    "Tổ dân phố số 5",
    Martyr("Hà Quang Vịnh", M, "1938", "1966-05-30", "Trung sĩ, Tiểu đội trưởng"),
    Certificate(PREMIER, 31207, 412, "1977-07-27"),
    Applicant(
        "Hà Quang Lập",
        M,
        "1972-08-15",
        "Cháu ruột, thờ cúng liệt sĩ",
        "015142",
        "2024-07-22",
        "0757958310",
    ),
    condition="Bằng rách mép, gia đình mong được đổi bằng mới.",
)
CHUNG = Family(
    "tgd",
    "Tổ dân phố số 2",
    Martyr("Lê Đình Chung", M, "1952-09", "1978-12-28", "Thượng sĩ, Trung đội phó"),
    Certificate(DEFENCE, 29844, 1006, "1980-07-27"),
    Applicant("Lê Thị Thanh", F, "1977-03-16", "Con đẻ", "006027", "2022-05-09", "0752746185"),
    (Relative("Bùi Thị Nguyệt", F, "1955-12-12", "Vợ"),),
    proof="quyet_dinh_tro_cap",
)
SON = Family(
    "tgd",
    "Tổ dân phố số 2",
    Martyr("Vi Văn Sơn", M, "1935", "1973-01-15", "Trung úy, Đại đội trưởng"),
    Certificate(DEFENCE, 25392, 853, "1974-12-22"),
    Applicant("Vi Thị Kim", F, "1957-10-08", "Con đẻ", "012831", "2023-10-02", "0756215849"),
)
KHAM = Family(
    "tgd",
    "Tổ dân phố số 5",
    Martyr("Tô Văn Khảm", M, "1942-12", "1968-02-07", "Trung sĩ, Tiểu đội trưởng"),
    Certificate(DEFENCE, 15079, 463, "1969-02-03"),
    Applicant("Tô Văn Khánh", M, "1964-09-30", "Con đẻ", "004826", "2021-11-19", "0752640915"),
    (Relative("Đặng Thị Rộng", F, "1943", "Vợ"),),
    proof="quyet_dinh_tro_cap",
)

# --- xã Hương Lâm Thượng – Đại Nghĩa Tây ---------------------------------------------------------

IN = Family(
    "hldn",
    "Bản Nà Hin",
    Martyr("Lò Văn Ín", M, "1937", "1967-04-02", "Hạ sĩ, Tiểu đội phó"),
    Certificate(DEFENCE, 12758, 411, "1968-07-27"),
    Applicant("Lò Văn Pháng", M, "1960-02-10", "Con đẻ", "003467", "2021-10-11", "0754075926"),
    (Relative("Lò Thị Pón", F, "1963", "Con đẻ"),),
)
LOI = Family(
    "hldn",
    "Thôn Khe Sú",
    Martyr("Bàn Tiến Lợi", M, "1943", "1969-03-12", "Hạ sĩ, chiến sĩ"),
    Certificate(DEFENCE, 16685, 520, "1970-07-27"),
    Applicant("Bàn Thị Mẩy", F, "1964-08-20", "Con đẻ", "009713", "2022-11-07", "0759682043"),
    (Relative("Triệu Thị Pham", F, "1945", "Vợ"),),
)
PAO = Family(
    "hldn",
    "Bản Huổi Lán",
    Martyr("Hoàng Văn Páo", M, "1945", "1968-08-29", "Trung sĩ, Tiểu đội trưởng"),
    Certificate(DEFENCE, 15821, 484, "1969-07-27"),
    Applicant("Hoàng Thị Sấn", F, "1966-01-05", "Con đẻ", "014608", "2021-12-06", "0750294718"),
)
LU = Family(
    "hldn",
    "Bản Háng Đề",
    Martyr("Sùng A Lử", M, "1947", "1972-12-20", "Binh nhất, chiến sĩ"),
    Certificate(DEFENCE, 25140, 846, "1974-07-27"),
    Applicant("Sùng A Pó", M, "1970-04-13", "Con đẻ", "005239", "2024-08-19", "0751738062"),
    (Relative("Giàng Thị Mỷ", F, "1949", "Vợ"),),
    proof="danh_sach_chi_tra",
)
TOAN_QUANG = Family(
    "hldn",
    "Bản Nà Hin",
    Martyr("Quàng Văn Toán", M, "1946", "1970-03-26", "Hạ sĩ, Tiểu đội phó"),
    Certificate(DEFENCE, 18019, 596, "1971-05-19"),
    Applicant("Quàng Thị Hặc", F, "1968-06-30", "Con đẻ", "007054", "2022-04-18", "0753459281"),
    (Relative("Lò Thị Inh", F, "1948", "Vợ"),),
)
DIN = Family(
    "hldn",
    "Bản Huổi Lán",
    Martyr("Cà Văn Dín", M, "1944", "1969-10-17", "Hạ sĩ, chiến sĩ"),
    Certificate(DEFENCE, 17326, 561, "1970-12-22"),
    Applicant("Cà Thị Ún", F, "1966-07-02", "Con đẻ", "011538", "2022-09-14", "0756018397"),
    (Relative("Lường Thị Pâng", F, "1946", "Vợ"),),
)
