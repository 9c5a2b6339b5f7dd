// The log box: names after @ and # are completed, the kind shows the fields that it needs, and the days in the text are
// read back while somebody types. Without this script the box works the same: the server finds the names and asks.

const texts = document.getElementById("texts").dataset;
const DELAY = 120;
const READ_DELAY = 300;
const OPEN_NAME = /(^|[^A-Za-z0-9_.@#])([@＠#＃])([^\s@＠#＃，。；、,;:：!！?？]{0,30})$/u;
const SIGNS = { "＠": "@", "＃": "#" };
let count = 0;

async function getJson(url, values, signal) {
  const address = new URL(url, location.href);
  for (const [name, value] of Object.entries(values)) address.searchParams.set(name, value);
  const answer = await fetch(address, { signal, headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${address.pathname} answered ${answer.status}`);
  return answer.json();
}

// --- names

class Names {
  constructor(area, form) {
    this.area = area;
    this.form = form;
    this.items = [];
    this.active = -1;
    this.list = document.createElement("ul");
    this.list.className = "combo-list";
    this.list.id = `names-${++count}`;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", area.labels[0]?.textContent.trim() ?? "");
    this.list.hidden = true;
    area.after(this.list);
    area.setAttribute("aria-autocomplete", "list");
    area.setAttribute("aria-controls", this.list.id);
    area.addEventListener("input", (event) => event.isComposing || this.ask());
    area.addEventListener("compositionend", () => this.ask());
    area.addEventListener("keydown", (event) => this.onKey(event));
    area.addEventListener("blur", () => this.close());
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.choose([...this.list.children].indexOf(option));
    });
  }

  // What is being named: the sign, what follows it up to the cursor, and where the sign stands.
  get open() {
    const before = this.area.value.slice(0, this.area.selectionStart);
    const match = before.match(OPEN_NAME);
    return match && { sign: SIGNS[match[2]] ?? match[2], text: match[3], start: before.length - match[3].length - 1 };
  }

  ask() {
    clearTimeout(this.timer);
    this.request?.abort();
    if (!this.open) return this.close();
    this.timer = setTimeout(() => this.fetch(), DELAY);
  }

  async fetch() {
    const { open } = this;
    if (!open) return;
    this.request = new AbortController();
    const values = { sign: open.sign, q: open.text, about: this.form.dataset.about };
    try {
      this.show((await getJson(this.form.dataset.suggestNames, values, this.request.signal)).items);
    } catch (error) {
      if (error.name !== "AbortError") this.close();
    }
  }

  show(items) {
    if (document.activeElement !== this.area || !this.open) return this.close();
    this.items = items;
    this.list.replaceChildren(...items.map((item, index) => this.option(item, index)));
    this.list.hidden = !items.length;
    this.activate(items.length ? 0 : -1);
  }

  option(item, index) {
    const option = document.createElement("li");
    option.id = `${this.list.id}-${index}`;
    option.setAttribute("role", "option");
    for (const [name, text] of [["label", item.label], ["note", item.note], ["how", texts.choose]]) {
      const part = document.createElement("span");
      part.className = name;
      part.textContent = text;
      option.append(part);
    }
    return option;
  }

  activate(index) {
    this.active = index;
    [...this.list.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === index)));
    const option = this.list.children[index];
    if (!option) return this.area.removeAttribute("aria-activedescendant");
    this.area.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  close() {
    clearTimeout(this.timer);
    this.request?.abort();
    this.list.hidden = true;
    this.area.removeAttribute("aria-activedescendant");
  }

  choose(index) {
    const { open } = this;
    const item = this.items[index];
    if (!open || !item) return;
    this.area.setRangeText(`${open.sign}${item.value} `, open.start, this.area.selectionStart, "end");
    const { chosen } = this.form.elements;
    chosen.value += `${chosen.value ? "\n" : ""}${item.ref} ${open.sign}${item.value}`;
    this.close();
    this.area.dispatchEvent(new Event("input", { bubbles: true }));
  }

  onKey(event) {
    if (event.isComposing || event.keyCode === 229 || this.list.hidden) return;
    const last = this.items.length - 1;
    if (event.key === "ArrowDown") this.activate(this.active >= last ? 0 : this.active + 1);
    else if (event.key === "ArrowUp") this.activate(this.active <= 0 ? last : this.active - 1);
    else if (event.key === "Escape") this.close();
    else if ((event.key === "Enter" || event.key === "Tab") && !event.ctrlKey && !event.metaKey) this.choose(this.active);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

// --- the fields of a kind, and how the days were read

const kindOf = (form) => form.elements.kind?.value ?? "";

function showFields(form, unfold) {
  const kind = kindOf(form);
  for (const part of form.querySelectorAll("[data-for]")) part.hidden = !part.dataset.for.split(" ").includes(kind);
  for (const part of form.querySelectorAll("[data-when]")) {
    const [name, values] = part.dataset.when.split(":");
    part.hidden = !values.split(" ").includes(form.elements[name].value);
  }
  if (unfold) form.querySelector("[data-log-more]").open = kind !== "note";
}

async function readDays(form) {
  const told = form.querySelector("[data-told]");
  const text = form.elements.text.value;
  const kind = kindOf(form);
  if (!told || !form.dataset.read) return;
  if (!text.trim() || kind === "note") return (told.textContent = "");
  try {
    const answer = await getJson(form.dataset.read, { text: text.slice(0, 1500), kind });
    if (form.elements.text.value === text && kindOf(form) === kind) told.textContent = answer.told;
  } catch {
    told.textContent = ""; // no answer: the server reads the text again when it is saved
  }
}

function grow(area) {
  area.style.setProperty("height", "auto");
  area.style.setProperty("height", `${Math.min(area.scrollHeight + 2, 320)}px`);
}

function enhance(form) {
  if (form.dataset.ready) return;
  form.dataset.ready = "true";
  const area = form.elements.text;
  new Names(area, form);
  let timer;
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(() => readDays(form), READ_DELAY);
  };
  area.addEventListener("input", () => {
    grow(area);
    later();
  });
  if (!form.elements.kind) return;
  showFields(form, false);
  form.addEventListener("change", (event) => {
    showFields(form, event.target.name === "kind");
    if (event.target.name === "kind") {
      readDays(form);
      area.focus();
    }
  });
  form.querySelector("[data-attach]")?.addEventListener("click", () => {
    form.querySelector("[data-files-fold]").open = true;
    form.querySelector("input[type=file]").click();
  });
}

document.querySelectorAll("form[data-log]").forEach(enhance);

// --- the box over any page, by the key c (see keys.js)

const dialog = document.querySelector("[data-log-dialog]");

async function openDialog() {
  const here = document.querySelector("#main form[data-log][data-read]");
  if (here) {
    here.scrollIntoView({ block: "nearest" });
    return here.elements.text.focus();
  }
  const body = dialog.querySelector("[data-log-body]");
  if (!body.children.length) {
    const address = new URL(dialog.dataset.logDialog, location.href);
    address.searchParams.set("about", document.querySelector("[data-record]")?.dataset.record ?? "");
    address.searchParams.set("back", location.pathname + location.search);
    const answer = await fetch(address);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const form = page.querySelector("form[data-log]");
    if (!form) return location.assign(address);
    dialog.querySelector("h2").textContent = page.querySelector("h1").textContent;
    body.append(document.adoptNode(form));
    enhance(form);
    form.dispatchEvent(new CustomEvent("form:added", { bubbles: true }));
  }
  dialog.showModal();
  body.querySelector("textarea[name=text]").focus();
}

document.addEventListener("log:open", openDialog);
document.addEventListener("click", (event) => {
  if (dialog && (event.target.closest("[data-close-log]") || event.target === dialog)) dialog.close();
});
