// A field for files: where they are dropped or chosen, its list, its photos joined to one PDF.
import { Sending, parts, post } from "./sending.js";

const PHOTO = /\.(jpe?g|png|webp|heic|heif)$/i;

export const sizeText = (bytes) =>
  bytes < 1e6
    ? `${Math.max(1, Math.round(bytes / 1000))} KB`
    : `${(bytes / 1e6).toFixed(1).replace(".", ",").replace(",0", "")} MB`;

let dragged = null; // the row that is being moved

class Row {
  constructor(field, name, size) {
    this.field = field;
    this.name = name;
    this.state = "waiting";
    this.key = "";
    this.quarters = 0;
    this.item = parts.clone("row");
    this.item.row = this;
    this.find("name").textContent = name;
    this.find("size").textContent = size ? sizeText(size) : "";
    this.hidden = this.item.querySelector("input[type=hidden]");
    this.find("turn").hidden = !PHOTO.test(name);
    for (const button of this.item.querySelectorAll("button")) {
      button.querySelector(".visually-hidden").append(` ${name}`);
      button.addEventListener("click", () => this.press(button.dataset.does));
    }
    this.item.addEventListener("dragstart", (event) => {
      dragged = this;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", name);
    });
    this.item.addEventListener("dragend", () => {
      dragged = null;
      field.changed();
    });
    this.item.addEventListener("dragover", (event) => {
      if (!dragged || dragged === this || dragged.field !== field) return;
      event.preventDefault();
      const box = this.item.getBoundingClientRect();
      const below = event.clientY > box.top + box.height / 2;
      this.item[below ? "after" : "before"](dragged.item);
    });
  }

  find(name) {
    return this.item.querySelector(`[data-does=${name}], [data-shows=${name}]`);
  }

  send(file) {
    this.file = file;
    this.sending = new Sending(file, (state, detail) => this.show(state, detail));
    if (PHOTO.test(this.name)) this.draw();
  }

  uploaded(key) {
    this.show("done", key);
  }

  refuse(sentence) {
    this.show("refused", sentence);
  }

  get wrong() {
    return ["failed", "refused", "out"].includes(this.state);
  }

  show(state, detail) {
    this.state = state;
    this.item.dataset.state = state;
    const bar = this.item.querySelector("progress");
    bar.hidden = state !== "sending";
    if (state === "sending") bar.value = detail;
    this.find("retry").hidden = state !== "failed" && state !== "out";
    this.find("state").replaceChildren(
      ...(state === "out" ? [parts.clone("signed-out")] : [this.words(state, detail)]),
    );
    if (state === "done") {
      this.key = detail;
      this.hidden.name = this.field.input.name;
      this.hidden.value = JSON.stringify({ upload: detail, name: this.name });
    }
    if (state !== "sending") this.field.changed();
  }

  words(state, detail) {
    if (state === "sending") return `${parts.word("sending")} ${Math.floor(detail * 100)} %`;
    return this.wrong ? detail : parts.word(state);
  }

  press(does) {
    const list = this.item.parentElement;
    if (does === "up") this.item.previousElementSibling?.before(this.item);
    else if (does === "down") this.item.nextElementSibling?.after(this.item);
    else if (does === "turn") this.turn();
    else if (does === "retry") this.sending.retry();
    else if (does === "remove") {
      this.sending?.drop();
      this.item.remove();
      this.field.input.focus();
    }
    if (does === "up" || does === "down") this.find(does).focus();
    if (list) this.field.changed();
  }

  // Drawn on a canvas: the pages' policy shows no pictures from elsewhere, blobs included.
  async draw() {
    try {
      this.picture = await createImageBitmap(this.file);
    } catch {
      return; // a kind that this browser cannot show
    }
    this.item.querySelector("canvas").hidden = false;
    this.item.querySelector("[data-shows=kind]").hidden = true;
    this.paint();
  }

  paint() {
    const canvas = this.item.querySelector("canvas");
    const { width, height } = canvas;
    const pen = canvas.getContext("2d");
    const turned = this.quarters % 2 === 1;
    const scale = Math.min(
      width / (turned ? this.picture.height : this.picture.width),
      height / (turned ? this.picture.width : this.picture.height),
    );
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, width, height);
    pen.translate(width / 2, height / 2);
    pen.rotate((this.quarters * Math.PI) / 2);
    pen.scale(scale, scale);
    pen.drawImage(this.picture, -this.picture.width / 2, -this.picture.height / 2);
  }

  turn() {
    this.quarters = (this.quarters + 1) % 4;
    if (this.picture) this.paint();
  }
}

export class Field {
  constructor(input) {
    this.input = input;
    this.label = input.dataset.upload;
    this.most = Number(input.dataset.most) || 1;
    this.limit = Number(input.dataset.limit) || Infinity;
    this.accept = input.accept ? input.accept.toLowerCase().split(",") : [];
    this.joins = !this.accept.length || this.accept.includes(".pdf");
    this.takesPhotos = !this.accept.length || this.accept.some((kind) => PHOTO.test(`x${kind}`));
    this.zone = parts.clone("zone");
    this.list = this.zone.querySelector("[data-list]");
    this.said = this.zone.querySelector("[data-said]");
    this.joiner = this.zone.querySelector("[data-join]");
    input.toggleAttribute("data-enhanced", true);
    input.before(this.zone);
    this.zone.querySelector("[data-choose]").htmlFor = input.id;
    this.zone.prepend(input);
    input.classList.add("visually-hidden");
    // Photos of several pages are joined: they may be chosen even where one file is asked for.
    if (this.joins) {
      input.multiple = true;
      if (this.accept.length) input.accept = [...this.accept, "image/*"].join(",");
    }
    input.addEventListener("input", (event) => event.stopPropagation());
    input.addEventListener("change", () => {
      this.take([...input.files]);
      input.value = "";
    });
    this.zone.addEventListener("dragover", (event) => this.zone.classList.toggle("is-over", event.dataTransfer.types.includes("Files")));
    this.zone.addEventListener("dragleave", () => this.zone.classList.remove("is-over"));
    this.zone.addEventListener("drop", (event) => {
      this.zone.classList.remove("is-over");
      if (event.dataTransfer.files.length) this.take([...event.dataTransfer.files]);
    });
    this.joiner.addEventListener("click", () => this.join());
    for (const { upload, name } of JSON.parse(input.dataset.restored ?? "[]")) {
      this.add(name).uploaded(upload);
    }
    this.arrange();
  }

  get rows() {
    return [...this.list.children].map((item) => item.row);
  }

  get photos() {
    return this.rows.filter((row) => row.state === "done" && PHOTO.test(row.name));
  }

  add(name, size) {
    const row = new Row(this, name, size);
    this.list.append(row.item);
    return row;
  }

  take(files) {
    for (const file of files) {
      const row = this.add(file.name, file.size);
      const wrong = this.wrong(file);
      if (wrong) row.refuse(wrong);
      else row.send(file);
    }
    // One file is asked for: the one that was kept before gives way.
    if (this.most === 1 && files.length) {
      for (const box of this.kept()) box.checked = false;
    }
    this.changed();
  }

  wrong(file) {
    const name = file.name.toLowerCase();
    const fits = !this.accept.length || this.accept.some((kind) => name.endsWith(kind));
    if (!fits && !(this.joins && PHOTO.test(name))) {
      return parts.word("wrong-kind").replace("{kinds}", this.accept.join(", "));
    }
    if (file.size > this.limit) return this.input.dataset.tooLarge.replace("{name}", file.name);
    return file.size === 0 ? parts.word("empty") : "";
  }

  kept() {
    return [...(this.zone.parentElement?.querySelectorAll(".file-list input:checked") ?? [])];
  }

  underWay() {
    return this.rows.filter((row) => row.state === "waiting" || row.state === "sending").length + (this.joining ? 1 : 0);
  }

  // Why the form cannot be sent with these files; "" when it can, now or once they have arrived.
  complaint() {
    if (this.rows.some((row) => row.wrong)) return parts.word("unsent");
    if (this.rows.some((row) => !this.takesPhotos && PHOTO.test(row.name))) return parts.word("join-first");
    if (this.rows.length + this.kept().length > this.most) {
      return this.photos.length > 1 && this.joins ? parts.word("join-first") : this.input.dataset.tooMany;
    }
    return "";
  }

  focus() {
    const wrong = this.rows.find((row) => row.wrong);
    (wrong ? wrong.find("remove") : this.joiner.hidden ? this.input : this.joiner).focus();
  }

  // Somebody did something, or an upload came to its end.
  changed() {
    this.arrange();
    this.input.dispatchEvent(new CustomEvent("upload-settled", { bubbles: true }));
    this.input.form?.dispatchEvent(new Event("input", { bubbles: true }));
  }

  arrange() {
    const rows = this.rows;
    rows.forEach((row, at) => {
      row.find("up").hidden = rows.length < 2;
      row.find("down").hidden = rows.length < 2;
      row.find("up").disabled = at === 0;
      row.find("down").disabled = at === rows.length - 1;
    });
    const photos = this.photos.length;
    this.joiner.hidden = !this.joins || this.joining || photos < (this.takesPhotos ? 2 : 1);
    this.joiner.querySelector("[data-count]").textContent = String(photos);
    const waits = this.rows.length - photos ? "" : this.complaint();
    this.say(this.refusal || (this.most < rows.length && waits) || "");
  }

  say(words) {
    this.said.hidden = !words;
    this.said.textContent = words;
  }

  async join() {
    const photos = this.photos;
    const form = new FormData();
    form.set("name", this.label);
    for (const photo of photos) {
      form.append("key", photo.key);
      form.append("quarters", String(photo.quarters));
    }
    this.joining = true;
    this.refusal = "";
    this.changed();
    this.say(parts.word("joining"));
    try {
      const answer = await post("/ghep", form);
      if (answer.status === 201) {
        const { key, name, size } = await answer.json();
        const row = this.add(name, size);
        photos[0].item.before(row.item);
        for (const photo of photos) photo.item.remove();
        row.uploaded(key);
      } else if (answer.headers.get("Content-Type")?.startsWith("application/json")) {
        const { problems } = await answer.json();
        for (const photo of photos) if (problems[photo.key]) photo.refuse(problems[photo.key]);
      } else {
        this.refusal = answer.status < 500 || answer.status === 503 ? await answer.text() : "";
        this.refusal ||= parts.word("failed");
      }
    } catch {
      this.refusal = parts.word("cut");
    }
    this.joining = false;
    this.changed();
  }
}
