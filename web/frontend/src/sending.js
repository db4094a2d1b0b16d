// One file on its way to the server by tus: two at a time, going on after a cut line or a new sign-in.
import { Upload } from "tus-js-client";

const holder = document.querySelector("[data-upload-parts]");
const address = new URL(holder.dataset.address, location.href).href;
const user = document.body.dataset.user ?? "";

export const parts = {
  clone: (name) => holder.querySelector(`[data-part=${name}]`).content.firstElementChild.cloneNode(true),
  word: (name) => holder.querySelector(`[data-word=${name}]`).textContent,
};

const PIECE = 1024 * 1024;
const AT_ONCE = 2;
const REFUSED = new Set([400, 413, 422]); // the file itself: sending it again would not help
const STANDSTILL = 120000; // milliseconds for one piece
const DELAYS = [0, 1000, 3000, 5000, 10000, 10000, 20000, 30000, 60000];

// ── the anti-forgery token, which a new sign-in in another tab replaces ────────────────────────

let token = document.querySelector("input[name=csrf_token]")?.value ?? "";

async function renewToken() {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (!answer.ok) return false;
  const told = await answer.json();
  if (String(told.user) !== user) return false;
  token = told.token;
  for (const input of document.querySelectorAll("input[name=csrf_token]")) input.value = token;
  return true;
}

export async function post(path, form) {
  const send = () =>
    fetch(`${address}${path}`, { method: "POST", body: new URLSearchParams(form), headers: { "X-CSRFToken": token } });
  const answer = await send();
  return answer.status === 403 && (await renewToken()) ? send() : answer;
}

// ── unfinished uploads are remembered in this tab, and go with the sign-out (keeping.js) ───────

const KEPT = `kept:${user}:upload:`;

const tabStorage = {
  async findAllUploads() {
    return [];
  },
  async findUploadsByFingerprint(fingerprint) {
    const kept = sessionStorage.getItem(KEPT + fingerprint);
    return kept ? [JSON.parse(kept)] : [];
  },
  async removeUpload(key) {
    sessionStorage.removeItem(key);
  },
  async addUpload(fingerprint, upload) {
    const key = KEPT + fingerprint;
    try {
      sessionStorage.setItem(key, JSON.stringify({ ...upload, urlStorageKey: key }));
    } catch {
      // No room: it starts anew after the page is loaded again.
    }
    return key;
  },
};

// ── two at a time ──────────────────────────────────────────────────────────────────────────────

const queue = [];
let running = 0;

function next() {
  while (running < AT_ONCE && queue.length) {
    running += 1;
    queue.shift().begin();
  }
}

const halted = new Set(); // stopped by the line or by the end of the session: they go on by themselves

async function goOn() {
  if (!halted.size || !navigator.onLine) return;
  if (!(await renewToken().catch(() => false))) return;
  for (const sending of [...halted]) sending.retry();
}
window.addEventListener("online", goOn);
window.addEventListener("focus", goOn);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) goOn();
});

export class Sending {
  // `tell(state, detail)`: waiting, sending (share of 1), done (key), failed or refused (sentence), out.
  constructor(file, tell) {
    this.tell = tell;
    this.refreshed = false;
    this.upload = new Upload(file, {
      endpoint: address,
      chunkSize: PIECE,
      retryDelays: DELAYS,
      metadata: { filename: file.name },
      urlStorage: tabStorage,
      removeFingerprintOnSuccess: true,
      fingerprint: async () => [file.name, file.size, file.lastModified].join("|"),
      onBeforeRequest: (request) => {
        request.setHeader("X-CSRFToken", token);
        // A line that stands still counts as cut.
        const asked = request.getUnderlyingObject();
        asked.timeout = STANDSTILL;
        asked.ontimeout = (event) => asked.onerror?.(event);
      },
      onShouldRetry: (error) => {
        const status = error.originalResponse?.getStatus() ?? 0;
        return status === 0 || status === 409 || status === 423 || status >= 500;
      },
      onProgress: (sent, whole) => this.tell("sending", sent / whole),
      onSuccess: () => this.end("done", this.upload.url.split("/").pop()),
      onError: (error) => this.onError(error),
    });
    this.retry();
  }

  retry() {
    halted.delete(this);
    this.tell("waiting");
    queue.push(this);
    next();
  }

  async begin() {
    this.active = true;
    if (!this.upload.url) {
      const [before] = await this.upload.findPreviousUploads();
      if (before) this.upload.resumeFromPreviousUpload(before);
    }
    if (this.active) this.upload.start();
  }

  async onError(error) {
    const answer = error.originalResponse;
    const status = answer?.getStatus() ?? 0;
    if (status === 403 && !this.refreshed) {
      this.refreshed = true;
      if (await renewToken().catch(() => false)) {
        this.upload.start();
        return;
      }
    }
    this.refreshed = false;
    if (status === 401 || status === 403) {
      halted.add(this);
      this.end("out");
      return;
    }
    if (status === 0) halted.add(this);
    const plain = answer?.getHeader("Content-Type")?.startsWith("text/plain");
    const words = (plain && answer.getBody()) || parts.word(status === 0 ? "cut" : "failed");
    this.end(REFUSED.has(status) ? "refused" : "failed", words);
  }

  end(state, detail) {
    if (!this.active) return;
    this.active = false;
    running -= 1;
    this.tell(state, detail);
    next();
  }

  // Given up: what has arrived is deleted.
  drop() {
    halted.delete(this);
    const place = queue.indexOf(this);
    if (place >= 0) queue.splice(place, 1);
    this.upload.abort(true).catch(() => {});
    if (this.active) {
      this.active = false;
      running -= 1;
      next();
    }
  }
}
