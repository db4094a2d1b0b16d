// Persons found while their names are typed: suggestions under the field, the other fields filled,
// a second dossier about the same person told at once. Without this file names are simply typed.

const FEWEST = 2; // letters
const PAUSE_MS = 250;

const fold = (text) =>
  text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toLowerCase().split(/\s+/).filter(Boolean).join(" ");

const words = (form) => JSON.parse(form.dataset.words);

const say = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

async function ask(address) {
  try {
    const response = await fetch(address, { headers: { Accept: "application/json" }, credentials: "same-origin" });
    if (!response.ok || !response.headers.get("Content-Type")?.includes("json")) return null;
    return await response.json();
  } catch {
    return null; // no network, or the page is being left: typing goes on
  }
}

function element(tag, attributes, ...inside) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...inside);
  return made;
}

// ── a person's fields ──────────────────────────────────────────────────────────────────────────

const partOf = (field) => field.dataset.person.replace(/(\[\])?\.\w+$/, "");
const factOf = (field) => field.dataset.person.split(".")[1];

// The fields of the person whose name stands in `input`: of its row, or of its part of the form.
function fieldsOf(input) {
  const scope = input.closest("[data-row]") ?? input.form;
  const start = input.dataset.person.slice(0, -"full_name".length);
  return [...scope.querySelectorAll(`[data-person^="${CSS.escape(start)}"]`)];
}

const radios = (field) => [...field.querySelectorAll("input[type=radio]")];

function read(field) {
  if (field.tagName !== "FIELDSET") return field.value.trim();
  return radios(field).find((one) => one.checked)?.value ?? "";
}

function write(field, value) {
  if (field.tagName === "FIELDSET") for (const one of radios(field)) one.checked = one.value === value;
  else field.value = value;
}

function label(field) {
  const text = field.tagName === "FIELDSET" ? field.querySelector("legend") : field.labels?.[0];
  return (text?.firstChild?.textContent ?? "").trim();
}

// ── one name field ─────────────────────────────────────────────────────────────────────────────

class Name {
  constructor(input) {
    this.input = input;
    this.form = input.form;
    this.words = words(this.form);
    this.items = [];
    this.active = -1;
    this.filled = [];
    this.asked = 0;
    const id = `${input.id}-persons`;
    this.list = element("ul", { class: "person-list", id, role: "listbox", "aria-label": this.words.list, hidden: "" });
    this.status = element("div", { class: "visually-hidden", role: "status" });
    this.note = element("div", { class: "person-picked", role: "status", hidden: "" });
    this.pick = element("input", { type: "hidden", name: `_nguoi.${input.name}` });
    for (const [name, value] of Object.entries({
      role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": id, autocomplete: "off",
    })) input.setAttribute(name, value);
    input.parentElement.classList.add("finds-persons");
    input.after(this.pick, this.list, this.note, this.status);
    input.addEventListener("input", () => this.typed());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => setTimeout(() => document.activeElement !== input && this.close(), 150));
    this.list.addEventListener("pointerdown", (event) => {
      event.preventDefault(); // the field keeps the focus
      const option = event.target.closest("[role=option]");
      if (option) this.choose([...this.list.children].indexOf(option));
    });
    if (input.dataset.pick) this.hold(input.dataset.pick, input.value, []);
  }

  typed() {
    if (this.pick.value && fold(this.input.value) !== this.held) this.drop();
    clearTimeout(this.timer);
    const text = this.input.value.trim();
    if (text.length < FEWEST || this.pick.value) return this.close();
    this.timer = setTimeout(() => this.find(text), PAUSE_MS);
  }

  async find(text) {
    const number = (this.asked += 1);
    const address = `${this.form.dataset.persons}?${new URLSearchParams({ q: text, phan: partOf(this.input) })}`;
    const items = (await ask(address))?.items;
    if (!items || number !== this.asked || document.activeElement !== this.input) return;
    this.items = items;
    this.active = -1;
    this.list.replaceChildren(...items.map((item, at) => this.option(item, at)));
    this.list.hidden = items.length === 0;
    this.list.style.top = `${this.input.offsetTop + this.input.offsetHeight}px`;
    if (items.length) this.list.scrollIntoView({ block: "nearest", behavior: "instant" });
    this.input.setAttribute("aria-expanded", String(items.length > 0));
    this.input.removeAttribute("aria-activedescendant");
    this.status.textContent = items.length ? say(this.words.some, { count: items.length }) : this.words.none;
  }

  option(item, at) {
    const name = element("strong", {}, item.name);
    const more = [item.detail, item.dossiers].filter(Boolean).map((text) => element("span", {}, text));
    return element("li", { id: `${this.list.id}-${at}`, role: "option", "aria-selected": "false" }, name, ...more);
  }

  key(event) {
    if (this.list.hidden || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      const count = this.items.length;
      this.mark((this.active + step + (this.active < 0 && step < 0 ? 1 : 0) + count) % count);
    } else if (event.key === "Enter" && this.active >= 0) {
      event.preventDefault();
      event.stopPropagation(); // Enter chooses here: it does not go on to the next field
      this.choose(this.active);
    } else if (event.key === "Escape") {
      event.preventDefault();
      this.close();
    } else if (event.key === "Tab") {
      this.close();
    }
  }

  mark(at) {
    this.active = at;
    [...this.list.children].forEach((option, index) => {
      option.setAttribute("aria-selected", String(index === at));
      if (index === at) option.scrollIntoView({ block: "nearest", behavior: "instant" });
    });
    this.input.setAttribute("aria-activedescendant", `${this.list.id}-${at}`);
  }

  close() {
    clearTimeout(this.timer);
    this.asked += 1;
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  // Fills what is empty: what somebody typed already stays.
  async choose(at) {
    const typed = this.input.value;
    this.close();
    const item = await ask(this.items[at].href);
    if (!item || this.input.value !== typed) return;
    const filled = [];
    for (const field of fieldsOf(this.input)) {
      const value = item.fields[factOf(field)];
      if (field === this.input || !value || read(field)) continue;
      write(field, value);
      if (read(field)) filled.push({ field, value: read(field) });
    }
    this.input.value = item.fields.full_name;
    this.hold(item.id, item.fields.full_name, filled, typed);
    this.input.dispatchEvent(new Event("input", { bubbles: true }));
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  hold(id, name, filled, typed) {
    this.pick.value = id;
    this.held = fold(name);
    this.filled = filled;
    this.before = typed;
    const fields = filled.map(({ field }) => label(field)).filter(Boolean);
    const undo = element("button", { type: "button", class: "btn btn-link" }, this.words.undo);
    undo.addEventListener("click", () => this.undo());
    const said = say(this.words.picked, { name }) + (fields.length ? ` ${say(this.words.filled, { fields: fields.join(", ") })}` : "");
    this.note.replaceChildren(`${said} `, undo);
    this.note.hidden = false;
  }

  // Another name was typed: it is not that person any more, what was filled stays to be judged.
  drop() {
    this.pick.value = "";
    this.filled = [];
    this.note.replaceChildren();
    this.note.hidden = true;
  }

  undo() {
    for (const { field, value } of this.filled) if (read(field) === value) write(field, "");
    if (this.before !== undefined) this.input.value = this.before;
    this.drop();
    this.note.textContent = this.words.undone;
    this.note.hidden = false;
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
    this.input.focus();
  }
}

// ── a second dossier ───────────────────────────────────────────────────────────────────────────

const FACTS = ["full_name", "born", "died", "identity_number", "home_then"];

async function look(form, name) {
  const known = new URLSearchParams({ phan: partOf(name) });
  for (const field of fieldsOf(name)) if (FACTS.includes(factOf(field))) known.set(factOf(field), read(field));
  const pick = form.querySelector(`[name="_nguoi.${CSS.escape(name.name)}"]`);
  if (pick?.value) known.set("chon", pick.value);
  const place = noticePlace(name);
  const asked = (place.dataset.asked = String(Number(place.dataset.asked ?? 0) + 1));
  const base = form.dataset.alike;
  const items = known.get("full_name") ? (await ask(`${base}${base.includes("?") ? "&" : "?"}${known}`))?.items : [];
  if (!items || place.dataset.asked !== asked) return;
  const lines = items.map(({ text, href }) =>
    element("li", {}, href ? element("a", { href, target: "_blank", rel: "noopener" }, text) : text),
  );
  place.hidden = items.length === 0;
  place.replaceChildren(...(items.length ? [element("strong", {}, words(form).title), element("ul", {}, ...lines)] : []));
}

function noticePlace(name) {
  const column = name.closest("[class*=col-]") ?? name.parentElement;
  let place = column.nextElementSibling;
  if (!place?.classList.contains("person-alike")) {
    place = element("div", { class: "col-12 person-alike", role: "status", hidden: "" });
    column.after(place);
  }
  return place;
}

// ── the page ───────────────────────────────────────────────────────────────────────────────────

const NAMES = 'input[data-person$=".full_name"]';
const known = new WeakSet();

function setUp(input) {
  if (known.has(input) || input.closest("template")) return;
  known.add(input);
  new Name(input);
}

for (const form of document.querySelectorAll("form[data-persons]")) {
  form.querySelectorAll(NAMES).forEach(setUp);
  form.addEventListener("focusin", (event) => event.target.matches?.(NAMES) && setUp(event.target));
  const timers = new Map();
  form.addEventListener("change", (event) => {
    const field = event.target.closest("[data-person]");
    if (!field || field.closest("[data-row]")) return; // relatives make no second dossier
    const part = partOf(field);
    const name = form.querySelector(`[data-person="${CSS.escape(part)}.full_name"]`);
    if (!name) return;
    clearTimeout(timers.get(part));
    timers.set(part, setTimeout(() => look(form, name), PAUSE_MS));
  });
}
