// What somebody types is not lost: a copy in this tab outlives an ended session, a crash, the Back key.

const forms = [...document.querySelectorAll("form[data-keep]")];
const user = document.body.dataset.user ?? "";

// A refused form is shown at the address it was sent to; it belongs to the page it came from. There
// the address also survives going back to it, which a posted page does not.
const page = location.pathname.replace(/\/(hoan-thanh|luu-nhap)$/, "");
if (forms.length && page !== location.pathname) history.replaceState(null, "", page);

const KEPT = "kept:";
const key = `${KEPT}${user}:${page}`;
const NEVER = new Set(["csrf_token", "password"]);

function read(name) {
  try {
    return JSON.parse(sessionStorage.getItem(name));
  } catch {
    return null;
  }
}

function copies() {
  return Object.keys(sessionStorage).filter((name) => name.startsWith(KEPT));
}

function entries(form) {
  return [...new FormData(form)].filter(
    ([name, value]) => typeof value === "string" && !NEVER.has(name) && !name.startsWith("_"),
  );
}

function keep(form, sent) {
  try {
    sessionStorage.setItem(key, JSON.stringify({ sent, entries: entries(form) }));
  } catch {
    // No room, or storage is forbidden: the page works as it does without this comfort.
  }
}

// Adds rows of a list until the one that `name` (list-3-field) belongs to is there.
function makeRoom(form, name) {
  const list = /^(.+)-(\d+)-/.exec(name);
  const add = list && form.querySelector(`[name=_list_add][value="${CSS.escape(list[1])}"]`);
  for (let tries = 0; add && !add.hidden && tries < 60 && !form.elements.namedItem(name); tries += 1) {
    add.click();
  }
}

// A file that was uploaded already is not chosen again: its field's script lists it (uploads.js).
function restoreUpload(input, value) {
  if (!value.startsWith('{"upload":')) return;
  const before = JSON.parse(input.dataset.restored ?? "[]");
  input.dataset.restored = JSON.stringify([...before, JSON.parse(value)]);
}

function restore(form, kept) {
  for (const box of form.querySelectorAll("input[type=checkbox], input[type=radio]")) {
    box.checked = false;
  }
  for (const [name, value] of kept) {
    makeRoom(form, name);
    for (const input of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (input.type === "checkbox" || input.type === "radio") {
        if (input.value === value) input.checked = true;
      } else if (input.type === "file") {
        restoreUpload(input, value);
      } else if (input.type !== "hidden") {
        input.value = value;
      }
    }
  }
  form.dispatchEvent(new Event("input", { bubbles: true }));
}

const same = (left, right) => JSON.stringify(left) === JSON.stringify(right);

if (user) {
  // Somebody signed in sees another page: what was sent from there has arrived.
  for (const name of copies()) {
    const copy = read(name);
    if (!name.startsWith(`${KEPT}${user}:`) || (name !== key && copy?.sent)) {
      sessionStorage.removeItem(name);
    }
  }
  const copy = read(key);
  const answered = document.querySelector("[data-problems], main > .notice:not([data-restored])");
  const [form] = forms;
  if (copy && form && !answered && !same(copy.entries, entries(form))) {
    restore(form, copy.entries);
    const told = document.querySelector("[data-restored]");
    if (told) told.hidden = false;
  } else if (copy) {
    sessionStorage.removeItem(key);
  }
}

let changed = false;
for (const form of forms) {
  form.addEventListener("input", () => {
    changed = true;
    keep(form, false);
  });
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !forms.includes(form)) return;
  changed = false;
  keep(form, true);
});

// Leaving a half-filled form by any other way asks first.
window.addEventListener("beforeunload", (event) => {
  if (changed) event.preventDefault();
});

// Who signs out leaves nothing behind on a shared machine.
for (const form of document.querySelectorAll("form[data-leaves]")) {
  form.addEventListener("submit", () => copies().forEach((name) => sessionStorage.removeItem(name)));
}

// Enter in a line of a long form goes to the next field: it does not send a half-filled dossier.
const FIELDS = "input:not([type=hidden]), select, textarea, button[type=submit]";
document.addEventListener("keydown", (event) => {
  const input = event.target;
  if (event.key !== "Enter" || event.isComposing || !(input instanceof HTMLInputElement)) return;
  const form = input.closest("form[data-form]");
  if (!form || ["submit", "button", "file"].includes(input.type)) return;
  event.preventDefault();
  const fields = [...form.querySelectorAll(FIELDS)].filter(
    (field) => field.offsetParent !== null && !field.disabled && !field.name.startsWith("_list"),
  );
  const group = (field) => (field.type === "radio" ? field.name : field);
  const next = fields.slice(fields.indexOf(input) + 1).find((field) => group(field) !== group(input));
  next?.focus();
});
