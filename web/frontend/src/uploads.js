// Files of forms: dropped or chosen, sent in the background at once, arranged, joined to a PDF.
// Without this file the plain inputs send their files with the form.
import { Field } from "./filefield.js";
import { parts } from "./sending.js";

const fields = [];

function enhance(form) {
  for (const input of form.querySelectorAll("input[type=file][data-upload]:not([data-enhanced])")) {
    fields.push(new Field(input));
  }
}

const inPage = (form) => fields.filter((field) => form.contains(field.zone) && !field.zone.closest("[hidden]"));

// ── sending the form waits for its files ───────────────────────────────────────────────────────

function tell(form, words) {
  let note = form.querySelector(":scope > [data-upload-note]");
  if (!note && !words) return;
  if (!note) {
    note = parts.clone("note");
    const acts = [...form.querySelectorAll(".acts")].pop();
    if (acts?.parentElement === form) acts.before(note);
    else form.append(note);
  }
  note.hidden = !words;
  note.querySelector("p").textContent = words;
}

function onSubmit(event) {
  const form = event.currentTarget;
  const mine = inPage(form);
  const stopped = mine.find((field) => field.complaint());
  const busy = mine.reduce((sum, field) => sum + field.underWay(), 0);
  form.waiting = undefined;
  if (stopped) {
    event.preventDefault();
    tell(form, stopped.complaint());
    stopped.focus();
  } else if (busy) {
    event.preventDefault();
    form.waiting = event.submitter ?? form.querySelector("button[type=submit]");
    tell(form, parts.word("sent-later").replace("{count}", String(busy)));
  } else {
    tell(form, "");
  }
}

// A form that was sent too early is sent once its last file is there.
function onSettled(form) {
  const waiting = form.waiting;
  const busy = inPage(form).reduce((sum, field) => sum + field.underWay(), 0);
  const stopped = inPage(form).find((field) => field.complaint());
  if (!waiting) {
    if (!stopped) tell(form, "");
    return;
  }
  if (stopped) {
    form.waiting = undefined;
    tell(form, stopped.complaint());
  } else if (busy) {
    tell(form, parts.word("sent-later").replace("{count}", String(busy)));
  } else {
    form.waiting = undefined;
    tell(form, "");
    waiting.click();
  }
}

for (const form of document.querySelectorAll("form")) {
  enhance(form);
  if (!form.querySelector("[data-enhanced], [data-rows]")) continue;
  form.addEventListener("input", () => enhance(form)); // a new row of a list has fields of its own
  form.addEventListener("submit", onSubmit);
  form.addEventListener("upload-settled", () => onSettled(form));
}

// A file dropped beside its field would be opened in place of a half-filled form.
for (const kind of ["dragover", "drop"]) {
  document.addEventListener(kind, (event) => {
    if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
  });
}
