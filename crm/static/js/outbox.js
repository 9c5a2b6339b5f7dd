// Entries that wait on this phone while the line is down: kept in the browser, sent in their order, each with a key of its
// own so that the server counts it once. The element #outbox says how many wait.

const RETRY = 5000;

export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const tokenField = () => document.querySelector('meta[name="csrf-token"]');

// The page's token is of a session that ended: a fresh page has a fresh one.
async function renewToken() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  tokenField().content = page.querySelector('meta[name="csrf-token"]')?.content ?? "";
}

function post(entry) {
  return fetch(entry.url, {
    method: "POST",
    headers: { Accept: "application/json", "X-CSRFToken": tokenField().content },
    body: new URLSearchParams(entry.fields),
  });
}

const isJson = (answer) => (answer.headers.get("Content-Type") ?? "").includes("json");

// {state: "sent" | "refused" | "later", told, signedOut}
export async function send(entry) {
  try {
    let answer = await post(entry);
    if (answer.status === 400) {
      await renewToken();
      answer = await post(entry);
    }
    if (answer.ok && isJson(answer)) return { state: "sent", told: await answer.json() };
    if (answer.ok) return { state: "later", signedOut: true };
    // 409 without a word of ours: the same entry arrived twice at once, and counts the next time it is sent.
    const again = [400, 429].includes(answer.status) || (answer.status === 409 && !isJson(answer));
    if (answer.status >= 500 || again) return { state: "later" };
    return { state: "refused", told: isJson(answer) ? await answer.json() : {} };
  } catch {
    return { state: "later" }; // no line
  }
}

export class Outbox {
  constructor(onSent) {
    this.element = document.getElementById("outbox");
    this.key = `outbox:${this.element.dataset.scope}`;
    this.onSent = onSent;
    this.signedOut = false;
    this.sending = false;
    addEventListener("online", () => this.flush());
    document.addEventListener("visibilitychange", () => document.hidden || this.flush());
    setInterval(() => this.waiting.length && this.flush(), RETRY);
    this.show();
    this.flush();
  }

  get entries() {
    try {
      return JSON.parse(localStorage.getItem(this.key)) ?? [];
    } catch {
      return this.unkept ?? [];
    }
  }

  get waiting() {
    return this.entries.filter((entry) => !entry.problem);
  }

  // Where the browser keeps nothing, the entries live as long as the page.
  keep(entries) {
    this.unkept = entries;
    try {
      if (entries.length) localStorage.setItem(this.key, JSON.stringify(entries));
      else localStorage.removeItem(this.key);
    } catch {
      // said above
    }
    this.show();
  }

  add(entry) {
    this.keep([...this.entries, { ...entry, noted: Date.now() }]);
    return this.flush();
  }

  remove(id) {
    this.keep(this.entries.filter((entry) => entry.id !== id));
  }

  async flush() {
    if (this.sending) return;
    this.sending = true;
    for (let entry; (entry = this.waiting[0]); ) {
      const { state, told, signedOut } = await send(entry);
      this.signedOut = Boolean(signedOut);
      if (state === "later") break;
      if (state === "sent") this.remove(entry.id);
      else this.keep(this.entries.map((one) => (one.id === entry.id ? { ...one, problem: told.message || " " } : one)));
      this.onSent?.(entry, state, told);
    }
    this.sending = false;
    this.show();
  }

  show() {
    const texts = this.element.dataset;
    const { entries, waiting } = this;
    const parts = [];
    // What goes out at once is not worth a word.
    const slow = waiting.length && !this.sending;
    if (slow) {
      const count = document.createElement("b");
      count.textContent = waiting.length === 1 ? texts.one : texts.many.replace("{count}", waiting.length);
      parts.push(count, " ", this.signedOut ? texts.signedOut : texts.kept);
    }
    for (const entry of entries.filter((one) => one.problem)) parts.push(this.refused(entry, texts));
    this.element.replaceChildren(...parts);
    this.element.hidden = !parts.length;
    texts.waiting = waiting.length;
  }

  refused(entry, texts) {
    const line = document.createElement("p");
    const remove = document.createElement("button");
    Object.assign(remove, { type: "button", className: "btn btn-sm btn-plain", textContent: texts.remove });
    remove.addEventListener("click", () => this.remove(entry.id));
    line.className = "late";
    line.append(`${texts.refused.replace("{name}", entry.label)} ${entry.problem} `, remove);
    return line;
  }
}
