// Suggestions under a text field: <input data-suggest="/startups/suggest">. What stands in the field is what is sent; the
// server resolves names, so that a field works the same without this script.
//   data-multiple        several names in one field, set apart by 、 ； ; ， or a comma
//   data-create="…?name=" a last entry that opens the page for a new record
//   data-loads="#round" data-loads-url="/deals/rounds-of"   a choice reloads that <select>

const texts = document.getElementById("texts").dataset;
const DELAY = 120;
const LAST_SEGMENT = /^(.*[、；;，,]\s*)?(.*)$/s;
let count = 0;

function element(name, className, text) {
  const node = document.createElement(name);
  if (className) node.className = className;
  if (text) node.textContent = text;
  return node;
}

async function fetchItems(url, query, signal) {
  const address = new URL(url, location.href);
  address.searchParams.set("q", query);
  const answer = await fetch(address, { signal, headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${address.pathname} answered ${answer.status}`);
  return (await answer.json()).items;
}

class Combobox {
  constructor(input) {
    this.input = input;
    this.items = [];
    this.active = -1;
    this.list = element("ul", "combo-list");
    this.list.id = `suggestions-${++count}`;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", input.labels[0]?.textContent.trim() ?? "");
    this.list.hidden = true;
    this.status = element("span", "visually-hidden");
    this.status.setAttribute("role", "status");
    input.after(this.list, this.status);
    input.autocomplete = "off";
    for (const [name, value] of Object.entries({
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": this.list.id,
    })) {
      input.setAttribute(name, value);
    }
    input.addEventListener("input", (event) => event.isComposing || this.ask());
    input.addEventListener("compositionend", () => this.ask());
    input.addEventListener("keydown", (event) => this.onKey(event));
    input.addEventListener("blur", () => this.close());
    input.addEventListener("click", () => this.list.hidden && this.query && this.ask());
    // Not "click": the field would lose the focus, and the list with it, before the click arrives.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.choose([...this.list.children].indexOf(option));
    });
  }

  get parts() {
    if (!("multiple" in this.input.dataset)) return ["", this.input.value];
    const [, before = "", last] = this.input.value.match(LAST_SEGMENT);
    return [before, last];
  }

  get query() {
    return this.parts[1].trim();
  }

  ask() {
    clearTimeout(this.timer);
    this.request?.abort();
    if (!this.query) return this.close();
    this.timer = setTimeout(() => this.fetch(), DELAY);
  }

  async fetch() {
    this.request = new AbortController();
    const { query } = this;
    try {
      this.show(await fetchItems(this.input.dataset.suggest, query, this.request.signal), query);
    } catch (error) {
      if (error.name !== "AbortError") this.close();
    }
  }

  show(items, query) {
    if (document.activeElement !== this.input) return;
    this.items = [...items];
    const { create } = this.input.dataset;
    const isKnown = items.some((item) => item.value === query || item.label === query);
    if (create && !isKnown) this.items.push({ create: create + encodeURIComponent(query), query });
    this.list.replaceChildren(...this.items.map((item, index) => this.option(item, index)));
    this.list.hidden = !this.items.length;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    this.activate(items.length ? 0 : -1);
    this.status.textContent = items.length ? texts.found.replace("{count}", items.length) : texts.nothing;
  }

  option(item, index) {
    const option = element("li", item.create ? "create" : "");
    option.id = `${this.list.id}-${index}`;
    option.setAttribute("role", "option");
    const label = item.create ? texts.create.replace("{text}", item.query) : item.label;
    option.append(element("span", "label", label));
    if (item.note) option.append(element("span", "note", item.note));
    option.append(element("span", "how", texts.choose));
    return option;
  }

  activate(index) {
    this.active = index;
    [...this.list.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === index)));
    const option = this.list.children[index];
    if (!option) return this.input.removeAttribute("aria-activedescendant");
    this.input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  close() {
    clearTimeout(this.timer);
    this.request?.abort();
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  choose(index) {
    const item = this.items[index];
    if (item.create) return location.assign(item.create);
    this.input.value = this.parts[0] + item.value;
    this.close();
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  onKey(event) {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "ArrowDown" && this.list.hidden) {
      event.preventDefault();
      this.ask();
      return;
    }
    if (this.list.hidden) return;
    const last = this.items.length - 1;
    if (event.key === "ArrowDown") this.activate(this.active >= last ? 0 : this.active + 1);
    else if (event.key === "ArrowUp") this.activate(this.active <= 0 ? last : this.active - 1);
    else if (event.key === "Escape") this.close();
    else if (event.key === "Enter" && this.active >= 0 && !event.ctrlKey && !event.metaKey) this.choose(this.active);
    else if (event.key === "Tab" && this.active >= 0 && !this.items[this.active].create) return this.choose(this.active);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

// The choice in one field decides what another offers: a startup its rounds, an institution its funds.
async function reload(input) {
  const select = document.querySelector(input.dataset.loads);
  const [blank] = [...select.options].filter((option) => !option.value);
  const before = select.value;
  let items = [];
  try {
    if (input.value.trim()) items = await fetchItems(input.dataset.loadsUrl, input.value.trim());
  } catch {
    return; // no answer: what the select offers stays, and the server checks what is sent
  }
  select.replaceChildren(...(blank ? [blank] : []), ...items.map((item) => new Option(item.label, item.value)));
  const called = (value) => items.find((item) => String(item.value) === value);
  const only = items.length === 1 ? items[0] : undefined;
  // A draft's choice, then the likely one, then what was chosen before.
  const chosen = called(select.dataset.wanted) ?? items.find((item) => item.selected) ?? called(before) ?? only;
  select.value = chosen?.value ?? "";
  delete select.dataset.wanted;
  select.dispatchEvent(new Event("change", { bubbles: true }));
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-loads]")) reload(event.target);
});

function enhance(root) {
  root.querySelectorAll("input[data-suggest]:not([role])").forEach((input) => new Combobox(input));
}

enhance(document);
document.addEventListener("htmx:load", (event) => enhance(event.target));
