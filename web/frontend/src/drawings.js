// Findings and their figures on a drawing: each leads to the other, and what is chosen is said.

const MARKED = "is-shown";
const CHOSEN = "is-selected";

function figureOf(id) {
  return id ? document.getElementById(id) : null;
}

function forget() {
  for (const one of document.querySelectorAll(`.checked .${MARKED}`)) one.classList.remove(MARKED);
  for (const one of document.querySelectorAll(`.checked .${CHOSEN}`)) one.classList.remove(CHOSEN);
}

// Where one looks for a figure: the name of a lane, the beginning of a flow, the middle of others.
function spotOf(figure) {
  const box = figure.getBoundingClientRect();
  if (figure.dataset.lane !== undefined) return { x: box.left, y: box.top + box.height / 2 };
  const line = figure.dataset.flow === undefined ? null : figure.querySelector("path[marker-end]");
  if (!line) return { x: box.left + box.width / 2, y: box.top + box.height / 2 };
  const point = line.getPointAtLength(Math.min(40, line.getTotalLength() / 2));
  return point.matrixTransform(line.getScreenCTM());
}

// Into the middle of its frame; the page itself moves only where the frame is out of sight.
function bringIntoView(figure) {
  const frame = figure.closest(".diagram-frame");
  const panel = frame.closest(".pictures");
  if (panel.scrollHeight > panel.clientHeight) {
    panel.scrollTop += frame.closest(".picture").getBoundingClientRect().top - panel.getBoundingClientRect().top;
  }
  const around = frame.getBoundingClientRect();
  const spot = spotOf(figure);
  frame.scrollLeft += spot.x - around.left - around.width / 2;
  frame.scrollTop += spot.y - around.top - around.height / 2;
  const now = spotOf(figure);
  if (now.y < 0 || now.y > window.innerHeight) window.scrollBy({ top: now.y - window.innerHeight / 2, behavior: "instant" });
}

function findingsOf(id) {
  return [...document.querySelectorAll(".checked .finding[data-figure]")].filter((one) => one.dataset.figure === id);
}

function tell(figure, findings) {
  const place = document.querySelector("[data-selected]");
  const name = figure.querySelector("title")?.textContent ?? "";
  const many = place.dataset.many.replace("{name}", name).replace("{count}", String(findings.length));
  const said = findings.map((one) => one.querySelector(".said").textContent.trim());
  place.textContent = [many, ...said].join(" ");
}

function choose(id) {
  const figure = figureOf(id);
  if (!figure) return null;
  const findings = findingsOf(id);
  forget();
  figure.classList.add(MARKED);
  for (const one of findings) one.classList.add(CHOSEN);
  tell(figure, findings);
  const back = figure.closest(".picture").querySelector("[data-back]");
  if (findings.length) back.setAttribute("href", `#${findings[0].id}`);
  return { figure, findings };
}

document.addEventListener("click", (event) => {
  const shows = event.target.closest(".checked [data-shows]");
  if (shows) {
    const chosen = choose(shows.dataset.shows);
    if (!chosen) return;
    event.preventDefault();
    bringIntoView(chosen.figure);
    return;
  }
  const link = event.target.closest(".checked .drawing a");
  const figure = link?.querySelector("[id]");
  const chosen = figure && choose(figure.id);
  if (!chosen || !chosen.findings.length) return;
  event.preventDefault();
  const first = chosen.findings[0];
  for (const one of chosen.findings) {
    const group = one.closest("details");
    if (group) group.open = true;
  }
  first.focus({ preventScroll: true });
  first.scrollIntoView({ block: "nearest", behavior: "instant" });
});

// A finding is a place to click as a whole, its link for keyboards; words in it can still be marked.
document.addEventListener("click", (event) => {
  const finding = event.target.closest(".checked .finding[data-figure]");
  if (!finding || event.target.closest("a, button") || String(window.getSelection())) return;
  const chosen = choose(finding.dataset.figure);
  if (chosen) bringIntoView(chosen.figure);
});
