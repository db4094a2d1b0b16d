"""Constraints on data objects and data stores, and on the shapes that show them."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.checks.definitions import Definitions, is_true
from engine.bpmn.checks.problems import label
from engine.bpmn.checks.rule import Problem, error, warning
from engine.bpmn.checks.specification.data.data_parts import item_of
from engine.bpmn.checks.specification.resolving import at
from engine.bpmn.reading.elements import local
from engine.domain.messages import say


def data_object_scope(definitions: Definitions) -> Iterator[Problem]:
    """A data object is in reach of a shape only in its own process or sub-process, and further in.

    Hình đối tượng dữ liệu chỉ thể hiện được đối tượng của chính quy trình chứa nó, hoặc của quy
    trình bao ngoài.

    BPMN 2.0.2, 10.4.1; Data Object references
    """
    for shown in definitions.all("dataObjectReference"):
        found = definitions.resolve(shown, shown.get("dataObjectRef"))
        if found is None or local(found) != "dataObject":
            continue
        home = definitions.container(found)
        if home is not None and all(up is not home for up in shown.iterancestors()):
            yield at(
                shown,
                say(
                    "“%(who)s” thể hiện đối tượng dữ liệu nằm trong “%(home)s”, ở ngoài tầm với.",
                    who=label(shown),
                    home=label(home),
                ),
                say("Vẽ một đối tượng dữ liệu riêng ở đây, hoặc đưa ra quy trình bao ngoài."),
            )


def data_shown_of_nothing(definitions: Definitions) -> Iterator[Problem]:
    """A shape of a data object says which data object it shows.

    Hình đối tượng dữ liệu phải cho biết nó thể hiện đối tượng nào.

    BPMN 2.0.2, 10.4.1; Data Object Reference attributes and model associations
    """
    for shown in definitions.all("dataObjectReference"):
        if not (shown.get("dataObjectRef") or "").strip():
            yield at(
                shown,
                say("“%(who)s” không thể hiện đối tượng dữ liệu nào.", who=label(shown)),
                say("Xóa hình này rồi vẽ lại bằng phần mềm vẽ."),
            )


def nameless_data(definitions: Definitions) -> Iterator[Problem]:
    """A data object or store that is shown has a name.

    Hình dữ liệu phải có tên, để người đọc biết đó là giấy tờ hay kho nào.

    BPMN 2.0.2, 10.4.1; Data Objects
    """
    attributes = {"dataObjectReference": "dataObjectRef", "dataStoreReference": "dataStoreRef"}
    for shown in definitions.all(*attributes):
        meant = definitions.resolve(shown, shown.get(attributes[local(shown)]))
        names = [shown.get("name"), None if meant is None else meant.get("name")]
        if not any((name or "").strip() for name in names):
            yield at(
                shown,
                say("Hình dữ liệu “%(who)s” không có tên.", who=label(shown)),
                say("Đặt tên, ví dụ tên giấy tờ trong hồ sơ."),
            )


def data_state(definitions: Definitions) -> Iterator[Problem]:
    """The state that data is said to be in has a name.

    Trạng thái ghi trên dữ liệu phải có tên.

    BPMN 2.0.2, 10.4.1; DataState attributes and model associations
    """
    for state in definitions.all("dataState"):
        holder = state.getparent()
        if holder is not None and not (state.get("name") or "").strip():
            yield at(
                state,
                say("Dữ liệu “%(who)s” ghi trạng thái mà không có tên.", who=label(holder)),
                say("Ghi tên trạng thái, ví dụ “đã ký”, hoặc bỏ trạng thái."),
            )


def collection(definitions: Definitions) -> Iterator[Problem]:
    """Data that is a list has a type that is a list, and the other way round.

    Dữ liệu ghi là danh sách thì kiểu của nó cũng phải là danh sách, và ngược lại.

    BPMN 2.0.2, 10.4.1; Data Object attributes and model associations
    """
    for data in definitions.all("dataObject", "dataInput", "dataOutput"):
        item = item_of(definitions, data)
        if item is not None and is_true(data, "isCollection") != is_true(item, "isCollection"):
            yield at(
                data,
                say(
                    "“%(who)s” và kiểu dữ liệu “%(item)s” không khớp nhau: một bên là danh sách, "
                    "bên kia thì không.",
                    who=label(data),
                    item=label(item),
                ),
                say("Đánh dấu danh sách (collection) ở cả hai, hoặc bỏ ở cả hai."),
            )


def store_capacity(definitions: Definitions) -> Iterator[Problem]:
    """A data store is unlimited or states its capacity, a number that is not negative; never both.

    Kho dữ liệu hoặc không giới hạn, hoặc ghi sức chứa là một số không âm; không ghi cả hai.

    BPMN 2.0.2, 10.4.1; Data Store attributes
    """
    for store in definitions.all("dataStore"):
        capacity = (store.get("capacity") or "").strip()
        if capacity and (is_true(store, "isUnlimited") or capacity.startswith("-")):
            yield at(
                store,
                say(
                    "Kho dữ liệu “%(who)s” ghi sức chứa %(capacity)s, không dùng được.",
                    who=label(store),
                    capacity=capacity,
                ),
                say("Bỏ sức chứa nếu kho không giới hạn; nếu có giới hạn, ghi số không âm."),
            )


RULES = (
    error("data-object-scope", data_object_scope),
    warning("data-shown-of-nothing", data_shown_of_nothing),
    warning("nameless-data", nameless_data),
    warning("data-state", data_state),
    error("data-collection", collection),
    warning("store-capacity", store_capacity),
)
