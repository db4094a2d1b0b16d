// Comforts for described forms: conditions followed while typing, rows added and removed in place,
// chosen files named and measured. Without this file every field is visible, rows are added by the
// server, and the server judges everything again in any case.

// ── conditions ─────────────────────────────────────────────────────────────────────────────────

// What the server sees under a name: null for nothing, and for a field that is itself hidden.
function answer(form, name) {
  const inputs = [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)].filter(
    (input) => input.type !== "file" && input.type !== "hidden",
  );
  const first = inputs[0];
  if (!first) return null;
  if (first.closest("[data-hide][hidden]")) {
    return null;
  }
  const ticked = inputs.filter((input) => input.checked).map((input) => input.value);
  if (first.type === "radio") return ticked.length ? ticked[0] : null;
  if (first.type === "checkbox") return first.hasAttribute("data-many") ? ticked : first.checked;
  const text = first.value.trim().replace(/\s+/g, " ").normalize("NFC");
  if (text === "") return null;
  return first.hasAttribute("data-number") ? number(text) : text;
}

// 1.234,5 as people here write it; a lone point not before three digits is a decimal point.
function number(text) {
  const bare = text.replace(/\s/g, "");
  const grouped = bare.includes(",") || /^[-−]?[1-9]\d{0,2}(\.\d{3})+$/.test(bare);
  const plain = (grouped ? bare.replace(/\./g, "").replace(",", ".") : bare).replace("−", "-");
  return /^-?\d+(\.\d+)?$/.test(plain) ? Number(plain) : null;
}

function same(left, right) {
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, at) => same(item, right[at]));
  }
  return left === right;
}

function value([kind, a, b], form) {
  const of = (tree) => value(tree, form);
  switch (kind) {
    case "value": return a;
    case "input": return answer(form, a);
    case "list": return a.map(of);
    case "not": return of(a) !== true;
    case "and": return a.every((tree) => of(tree) === true);
    case "or": return a.some((tree) => of(tree) === true);
    case "==": return same(of(a), of(b));
    case "!=": return !same(of(a), of(b));
    case "in": {
      const item = of(a);
      const holder = of(b);
      if (item === null || holder === null) return false;
      if (Array.isArray(holder)) return holder.some((other) => same(item, other));
      return typeof holder === "string" && typeof item === "string" && holder.includes(item);
    }
    default: throw new Error(`unknown condition ${kind}`);
  }
}

const holds = (text, form) => value(JSON.parse(text), form) === true;

// One round of showing and hiding; true when something changed (which may change other conditions).
function settle(form) {
  let changed = false;
  for (const part of form.querySelectorAll("[data-hide]")) {
    const hidden = holds(part.getAttribute("data-hide"), form);
    changed = changed || part.hidden !== hidden;
    part.hidden = hidden;
  }
  for (const option of form.querySelectorAll("[data-hide-option]")) {
    const hidden = holds(option.getAttribute("data-hide-option"), form);
    if (option.hidden === hidden) continue;
    option.hidden = hidden;
    changed = true;
    if (option instanceof HTMLOptionElement) {
      option.disabled = hidden;
      if (hidden && option.selected) option.closest("select").value = "";
    } else if (hidden) {
      for (const input of option.querySelectorAll("input")) input.checked = input.value === "";
    }
  }
  return changed;
}

function follow(form) {
  for (let round = 0; round < 20 && settle(form); round += 1);
  for (const mark of form.querySelectorAll("[data-required-if]")) {
    mark.hidden = !holds(mark.getAttribute("data-required-if"), form);
  }
}

// ── rows ───────────────────────────────────────────────────────────────────────────────────────

const rowsOf = (list) => [...list.querySelector("[data-row-list]").children];

function renumber(list) {
  rowsOf(list).forEach((row, at) => {
    for (const place of row.querySelectorAll("[data-number]:not(input)")) {
      if (place.closest("[data-row]") === row) place.textContent = String(at + 1);
    }
  });
  const add = list.querySelector(":scope > [name=_list_add]");
  add.hidden = rowsOf(list).length >= Number(list.dataset.most);
}

function addRow(list) {
  // Row numbers need not be gapless, only new: the server closes the gaps.
  const taken = rowsOf(list).map((row) => Number(/-(\d+)$/.exec(row.id)[1]));
  const number = Math.max(-1, ...taken) + 1;
  const holder = document.createElement("template");
  const blank = list.querySelector(":scope > template").innerHTML;
  holder.innerHTML = blank.split(list.dataset.placeholder).join(String(number));
  const row = holder.content.firstElementChild;
  list.querySelector("[data-row-list]").append(row);
  renumber(list);
  row.querySelector("input, select, textarea")?.focus();
}

function isBlank(row) {
  return [...row.querySelectorAll("input, select, textarea")].every((input) =>
    input.type === "radio" || input.type === "checkbox" ? !input.checked || !input.value : !input.value,
  );
}

function removeRow(list, row, question) {
  if (!isBlank(row) && !window.confirm(question)) return;
  row.remove();
  renumber(list);
  list.querySelector(":scope > [name=_list_add]").focus();
}

// ── files ──────────────────────────────────────────────────────────────────────────────────────

const size = (bytes) =>
  bytes < 1e6
    ? `${Math.max(1, Math.round(bytes / 1000))} KB`
    : `${(bytes / 1e6).toFixed(1).replace(".", ",").replace(",0", "")} MB`;

// Names what was chosen and says at once what the server would refuse.
function nameFiles(input) {
  const files = [...input.files];
  const limit = Number(input.dataset.limit) || Infinity;
  const lines = files.map((file) =>
    file.size > limit
      ? { text: input.dataset.tooLarge.replace("{name}", file.name), wrong: true }
      : { text: `${file.name} (${size(file.size)})`, wrong: false },
  );
  if (files.length > Number(input.dataset.most)) {
    lines.push({ text: input.dataset.tooMany, wrong: true });
  }
  const place = input.parentElement.querySelector("[data-chosen]");
  place.replaceChildren(
    ...lines.map(({ text, wrong }) => {
      const line = document.createElement("div");
      line.textContent = text;
      line.className = wrong ? "field-error" : "";
      return line;
    }),
  );
  input.toggleAttribute("data-refused", lines.some(({ wrong }) => wrong));
}

// ── the page ───────────────────────────────────────────────────────────────────────────────────

function onClick(event, form) {
  const button = event.target.closest("[name=_list_add], [name=_list_remove]");
  if (!button || !form.contains(button)) return;
  event.preventDefault();
  const list = button.closest("[data-rows]");
  if (button.name === "_list_add") addRow(list);
  else removeRow(list, button.closest("[data-row]"), button.dataset.confirm);
  list.dispatchEvent(new Event("input", { bubbles: true }));
}

for (const form of document.querySelectorAll("form[data-form]")) {
  for (const list of form.querySelectorAll("[data-rows]")) renumber(list);
  follow(form);
  form.addEventListener("input", (event) => {
    if (event.target.type === "file") nameFiles(event.target);
    follow(form);
  });
  form.addEventListener("click", (event) => onClick(event, form));
  form.toggleAttribute("data-following", true);
  // A file that is too large would only cost a long upload before the server refuses it.
  form.addEventListener("submit", (event) => {
    const refused = form.querySelector("input[data-refused]");
    if (!refused || refused.closest("[hidden]")) return;
    event.preventDefault();
    refused.focus();
  });
}

// After a refused post the reader starts at what is wrong; a link there reaches the whole field.
const found = document.querySelector("[data-problems]");
if (found) {
  found.focus();
  found.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const target = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!target) return;
    event.preventDefault();
    target.focus({ preventScroll: true });
    (target.closest(".col-12") ?? target).scrollIntoView({ block: "center" });
  });
}
