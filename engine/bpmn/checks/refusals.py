"""Verdicts that are given outside the tables of rules: what each of them teaches."""

from __future__ import annotations

from engine.bpmn.checks.rule import Lesson, Refusal
from engine.bpmn.findings import Severity
from engine.domain.messages import Message, say


def _refusal(
    name: str,
    english: str,
    vietnamese: str,
    unshown: Message | None = None,
    grave: Severity = Severity.ERROR,
) -> Refusal:
    return Refusal(name, Lesson(english, vietnamese), grave, unshown)


REFUSALS: tuple[Refusal, ...] = (
    _refusal(
        "empty-file",
        "A file holds something.",
        "Tệp phải có nội dung. Tệp trống thường do tải về dở dang hoặc lưu hỏng; hãy lưu lại "
        "từ phần mềm vẽ.",
    ),
    _refusal(
        "too-large",
        "A file is no larger than 5 MB.",
        "Tệp không lớn quá 5 MB. Bản vẽ lớn nhất của ta chưa tới 0,2 MB; tệp lớn thường do "
        "nhúng hình ảnh.",
        say("Một ví dụ dài hơn 5 MB không đưa lên trang được."),
    ),
    _refusal(
        "too-many-elements",
        "A file has no more than 250,000 tags, and no tag more than 200 attributes.",
        "Tệp không có quá 250.000 thẻ, một thẻ không quá 200 thuộc tính. Bản vẽ của người vẽ "
        "không bao giờ tới mức đó.",
        say("Một ví dụ 250.000 thẻ không đưa lên trang được."),
    ),
    _refusal(
        "too-long-value",
        "No attribute is longer than 50,000 letters.",
        "Một thuộc tính không dài quá 50.000 chữ; hướng dẫn dài thì ghi ở phần mô tả "
        "(documentation) hoặc ở tệp đính kèm.",
        say("Một ví dụ dài 50.000 chữ không đưa lên trang được."),
    ),
    _refusal(
        "too-deep",
        "Tags are nested no deeper than 100.",
        "Các thẻ không lồng nhau quá 100 lớp: quy trình con lồng sâu như vậy không ai đọc được.",
        say("Một ví dụ lồng 100 lớp không đưa lên trang được."),
    ),
    _refusal(
        "not-bpmn",
        "A drawing is a BPMN 2.0 file, not a picture, an office document, or another tool's "
        "own format.",
        "Bản vẽ phải là tệp BPMN 2.0 (.bpmn). Tệp PDF, Word, hình ảnh, Visio, draw.io, XPDL "
        "hay tệp dự án của phần mềm khác thì phải xuất sang BPMN 2.0 trước.",
    ),
    _refusal(
        "unknown-encoding",
        "The letters of a file are in an encoding that is known; UTF-8 is best.",
        "Chữ trong tệp dùng một bảng mã hệ thống biết; tốt nhất là UTF-8.",
    ),
    _refusal(
        "wrong-encoding",
        "The letters of a file are in the encoding that the file declares.",
        "Chữ trong tệp phải đúng bảng mã mà tệp khai báo. Tệp ghi UTF-8 nhưng lưu bằng bảng "
        "mã cũ (TCVN3, Windows-1258) thì tên tiếng Việt sẽ hỏng.",
    ),
    _refusal(
        "document-type",
        "A file has no document type and no entities of its own: through those it could read "
        "other files, or grow without end.",
        "Tệp không có khai báo DOCTYPE hay thực thể riêng: qua đó tệp có thể đọc tệp khác "
        "trên máy chủ hoặc phình ra vô hạn.",
    ),
    _refusal(
        "external-content",
        "A file draws everything itself: it includes no other file.",
        "Tệp tự chứa mọi nội dung, không gọi nội dung từ tệp khác (xi:include).",
    ),
    _refusal(
        "malformed-xml",
        "A file is well-formed XML: every tag that is opened is closed.",
        "Tệp phải là XML đúng: thẻ nào mở thì đóng, tên thuộc tính không lặp, không có ký tự "
        "lạ. Lỗi này thường do sửa tệp bằng tay hoặc tải về dở dang.",
    ),
    _refusal(
        "no-process",
        "A file has a process.",
        "Tệp phải có ít nhất một quy trình (process). Tệp chỉ có pool trống hay chỉ có sơ đồ "
        "hội thoại thì không có gì để chạy.",
    ),
    _refusal(
        "no-executable-process",
        "One process of the file is marked as executable: it is the one that is put in force.",
        "Trong tệp phải có một quy trình được đánh dấu “Executable”: đó là quy trình được ban "
        "hành.",
    ),
    _refusal(
        "several-executable-processes",
        "Only one process of a file is marked as executable; the others are there to be read.",
        "Mỗi tệp chỉ có một quy trình được đánh dấu “Executable”; các quy trình khác trong "
        "tệp chỉ để xem.",
    ),
    _refusal(
        "not-executable",
        "Everything in a drawing that is run can be executed by the engine.",
        "Mọi phần tử của bản vẽ đem chạy đều phải thực hiện được. Các quy tắc kiểm tra đã nêu "
        "từng trường hợp trước; lỗi này chỉ gặp khi mở một bản vẽ chưa qua kiểm tra.",
        say("Bản vẽ nào gặp lỗi này cũng đã bị các quy tắc khác từ chối khi kiểm tra."),
    ),
    _refusal(
        "missing-reference",
        "A version that is run has with it every drawing and every decision table that it calls.",
        "Bản đã ban hành phải kèm mọi bản vẽ và bảng quyết định mà nó gọi; nếu thiếu thì "
        "không chạy.",
        say(
            "Chỉ gặp ở bản đã ban hành bị mất tệp kèm; khi kiểm tra, unknown-call và "
            "unknown-decision đã nêu."
        ),
    ),
    _refusal(
        "bad-decision",
        "A decision file can be read: tables with a known hit policy, named results, full "
        "rows, and cells that are expressions.",
        "Tệp quyết định phải đọc được: quyết định dạng bảng, quy tắc chọn dòng là UNIQUE, "
        "FIRST hay COLLECT, mỗi cột kết quả có tên biến, mỗi dòng đủ ô, ô viết đúng biểu "
        "thức.",
    ),
    _refusal(
        "decision-unknown-name",
        "A cell of a decision table reads only the columns of its table; text stands in "
        "quotation marks.",
        "Ô trong bảng quyết định chỉ đọc các cột điều kiện của bảng; chữ thì đặt trong dấu "
        "nháy kép, nếu không sẽ bị hiểu là tên biến.",
    ),
    _refusal(
        "decision-gap",
        "A decision table has a row for every case that may come.",
        "Bảng quyết định phải có dòng cho mọi trường hợp có thể gặp; hồ sơ không có dòng nào "
        "phù hợp sẽ mắc lại.",
    ),
    _refusal(
        "decision-overlap",
        "In a table that takes a unique row, no two rows fit the same case.",
        "Bảng chọn dòng duy nhất (UNIQUE) không có hai dòng cùng phù hợp với một trường hợp.",
    ),
    _refusal(
        "decision-row-in-vain",
        "Every row of a decision table is taken by some case.",
        "Mỗi dòng của bảng quyết định phải có lúc được dùng; dòng không bao giờ được dùng "
        "thường là viết nhầm điều kiện.",
        grave=Severity.WARNING,
    ),
    _refusal(
        "decision-too-wide",
        "A decision table is small enough for all of its cases to be looked at.",
        "Bảng quyết định phải đủ nhỏ để xét hết các trường hợp; quá nhiều cột với quá nhiều "
        "giá trị thì không biết bảng có hở không.",
        say("Một bảng quá nhiều tổ hợp thì quá dài để đưa lên trang."),
        grave=Severity.WARNING,
    ),
    _refusal(
        "bad-form",
        "A form that a drawing names can be read, and every field of it is of a known kind.",
        "Biểu mẫu mà bản vẽ dùng phải đọc được: đúng định dạng form-js, mỗi trường một mã "
        "riêng và thuộc loại hệ thống biết.",
        say("Ví dụ là một tệp .form, không phải bản vẽ; câu báo lỗi nêu trường sai."),
    ),
    _refusal(
        "unknown-file",
        "Only drawings, decision tables, forms and print templates are handed in.",
        "Chỉ nộp bản vẽ (.bpmn), bảng quyết định (.dmn), biểu mẫu (.form) và mẫu in (.typ, .docx).",
        say("Lỗi ở đuôi của tệp, không ở nội dung."),
    ),
    _refusal(
        "no-drawing",
        "A deployment holds at least one drawing.",
        "Mỗi lần ban hành phải có ít nhất một bản vẽ; biểu mẫu hay bảng quyết định sửa riêng "
        "thì nộp kèm bản vẽ dùng chúng.",
        say("Lỗi ở chỗ thiếu tệp, không ở nội dung."),
    ),
    _refusal(
        "same-file-name",
        "Of the files handed in together no two drawings bear the same name.",
        "Các bản vẽ nộp cùng một lần phải khác tên tệp, để câu báo lỗi chỉ đúng tệp.",
        say("Phải có hai tệp mới gặp."),
    ),
    _refusal(
        "same-key",
        "Of the drawings handed in together no two are of one procedure and begin on the same day.",
        "Các bản vẽ nộp cùng một lần, nếu cùng một thủ tục, phải có hiệu lực từ những ngày "
        "khác nhau.",
        say("Phải có hai tệp mới gặp."),
    ),
    _refusal(
        "replaced-before",
        "A drawing that a later one has replaced comes into force again only with a new first day.",
        "Bản vẽ đã được bản sau thay thế, muốn dùng lại thì phải ghi ngày bắt đầu dùng lại "
        "(effective_from).",
        say("Phải có bản đã ban hành trước mới gặp."),
    ),
    _refusal(
        "period-empty",
        "A drawing that says when it ends also says when it begins, and ends later than it begins.",
        "Bản vẽ ghi ngày hết hiệu lực thì cũng ghi ngày bắt đầu, và ngày hết phải sau ngày "
        "bắt đầu.",
        say("So với ngày ban hành, nên chỉ gặp khi ban hành."),
    ),
    _refusal(
        "period-overlap",
        "On no day are two drawings of one procedure in force.",
        "Không ngày nào có hai bản vẽ của cùng một thủ tục cùng có hiệu lực.",
        say("Phải có bản đã ban hành trước, hoặc hai tệp, mới gặp."),
    ),
    _refusal(
        "period-hole",
        "From the first drawing of a procedure on, there is one in force on every day until "
        "it is ended.",
        "Từ bản vẽ đầu tiên của thủ tục trở đi, ngày nào cũng phải có một bản có hiệu lực, "
        "không để hở.",
        say("Phải có bản đã ban hành trước, hoặc hai tệp, mới gặp."),
    ),
    _refusal(
        "period-past",
        "Versions are numbered in the order of their periods: none is put in before the first.",
        "Các bản được đánh số theo thứ tự thời kỳ, nên không chèn thêm bản của thời kỳ trước "
        "bản đầu tiên.",
        say("Phải có bản đã ban hành trước mới gặp."),
    ),
    _refusal(
        "period-replaced",
        "A drawing that begins on the same day as the one in force replaces it wholly; "
        "whoever deploys it says why.",
        "Bản vẽ có cùng ngày bắt đầu với bản đang dùng thì thay hẳn bản đó; người ban hành "
        "ghi lý do.",
        say("Phải có bản đã ban hành trước mới gặp."),
        grave=Severity.WARNING,
    ),
)
