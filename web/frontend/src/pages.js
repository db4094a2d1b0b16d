// What all pages share: no double submit, our own messages, diagrams opened at the current step.

// A form is sent once; a page come back to with the browser's arrow can be sent again.
const SENT = "data-sent";

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !(form instanceof HTMLFormElement) || form.method !== "post") return;
  if (form.hasAttribute(SENT)) {
    event.preventDefault();
    return;
  }
  form.setAttribute(SENT, "");
  form.classList.add("is-sending");
});

window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll(`form[${SENT}]`)) {
    form.removeAttribute(SENT);
    form.classList.remove("is-sending");
  }
});

// Our own sentences beside the fields, not the browser's bubbles in its own language.
for (const form of document.forms) {
  if (form.method === "post") form.noValidate = true;
}

// A wide diagram opens where the case stands, and can be seen whole.
function showPlace(frame) {
  const here = frame.querySelector(".element.overdue, .element.current, .element.waiting, .element.faulty, .element.doubtful");
  if (!here) return;
  const place = here.getBoundingClientRect();
  const view = frame.getBoundingClientRect();
  frame.scrollLeft += place.left - view.left - (view.width - place.width) / 2;
  frame.scrollTop += place.top - view.top - (view.height - place.height) / 2;
}
for (const frame of document.querySelectorAll(".diagram-frame")) {
  showPlace(frame);
  const button = frame.parentElement.querySelector("[data-whole]");
  if (!button) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    const whole = frame.classList.toggle("whole");
    button.setAttribute("aria-pressed", String(whole));
    button.querySelector("[data-when-near]").hidden = whole;
    button.querySelector("[data-when-whole]").hidden = !whole;
    if (!whole) showPlace(frame);
  });
}

// An open menu closes on a click elsewhere and with Escape.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.removeAttribute("open");
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.removeAttribute("open");
    menu.querySelector("summary").focus();
  }
});

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// Many tasks are picked at once; the button says how many.
for (const all of document.querySelectorAll("[data-pick-all]")) {
  const form = all.closest("form");
  const whole = all.querySelector("input");
  const boxes = [...form.querySelectorAll(".picking input[type=checkbox]")];
  const told = form.querySelector("[data-picked]");
  const tell = () => {
    const number = boxes.filter((box) => box.checked).length;
    told.textContent = number ? `(${number})` : "";
    whole.checked = number === boxes.length;
    whole.indeterminate = number > 0 && number < boxes.length;
  };
  all.hidden = false;
  whole.addEventListener("change", () => {
    for (const box of boxes) box.checked = whole.checked;
    tell();
  });
  form.addEventListener("change", tell);
  tell();
}
