// What a cell offers while somebody types: words of a vocabulary, or records by name. What stands in the cell is what counts.

import { element } from "./sheet.js";

const frame = document.getElementById("texts").dataset;
const DELAY = 120;
const MOST = 12;
const LAST_SEGMENT = /^(.*[、；;，,]\s*)?(.*)$/s;

export class Suggestions {
  constructor() {
    this.list = element("ul", "combo-list sheet-list");
    this.list.id = "sheet-suggestions";
    this.list.setAttribute("role", "listbox");
    this.list.hidden = true;
    document.body.append(this.list);
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.choose([...this.list.children].indexOf(option));
    });
  }

  get isOpen() {
    return !this.list.hidden;
  }

  get parts() {
    if (this.column.kind !== "names") return ["", this.control.value];
    const [, before = "", last] = this.control.value.match(LAST_SEGMENT);
    return [before, last];
  }

  ask(control, column, { all = false } = {}) {
    this.close();
    this.control = control;
    this.column = column;
    const query = this.parts[1].trim();
    if (column.words.length) {
      const found = column.words.filter((word) => all || word.toLowerCase().includes(query.toLowerCase()));
      if (all || query) this.show(found.slice(0, all ? undefined : MOST).map((word) => ({ value: word, label: word })));
    } else if (column.suggests && query) {
      this.timer = setTimeout(() => this.fetch(query), DELAY);
    }
  }

  async fetch(query) {
    this.request = new AbortController();
    const address = new URL(this.column.suggests, location.href);
    address.searchParams.set("q", query);
    try {
      const answer = await fetch(address, { signal: this.request.signal, redirect: "manual", headers: { Accept: "application/json" } });
      if (answer.ok && document.activeElement === this.control) this.show((await answer.json()).items);
    } catch {
      // no answer: the server resolves the name when the row is saved
    }
  }

  show(items) {
    if (!items.length) return;
    this.items = items;
    this.list.replaceChildren(
      ...items.map((item, index) => {
        const option = element("li");
        option.id = `sheet-suggestion-${index}`;
        option.setAttribute("role", "option");
        option.append(element("span", "label", item.label));
        if (item.note) option.append(element("span", "note", item.note));
        option.append(element("span", "how", frame.choose));
        return option;
      }),
    );
    this.list.setAttribute("aria-label", this.column.label);
    this.list.hidden = false;
    const { left, bottom, top } = this.control.getBoundingClientRect();
    const height = this.list.offsetHeight;
    const below = bottom + height < innerHeight || top < height;
    this.list.style.left = `${Math.max(0, Math.min(left, innerWidth - this.list.offsetWidth - 8))}px`;
    this.list.style.top = `${below ? bottom : top - height - 8}px`;
    this.control.setAttribute("role", "combobox");
    this.control.setAttribute("aria-expanded", "true");
    this.control.setAttribute("aria-controls", this.list.id);
    this.activate(0);
  }

  activate(index) {
    this.active = (index + this.items.length) % this.items.length;
    [...this.list.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === this.active)));
    this.control.setAttribute("aria-activedescendant", `sheet-suggestion-${this.active}`);
    this.list.children[this.active].scrollIntoView({ block: "nearest" });
  }

  close() {
    clearTimeout(this.timer);
    this.request?.abort();
    if (this.isOpen) {
      this.list.hidden = true;
      for (const name of ["role", "aria-expanded", "aria-controls", "aria-activedescendant"]) this.control.removeAttribute(name);
    }
  }

  choose(index) {
    this.control.value = this.parts[0] + this.items[index].value;
    this.close();
  }

  // True when the key was for the list alone. Enter and Tab choose, and then do what they do in a grid.
  take(event) {
    if (!this.isOpen) return false;
    if (event.key === "ArrowDown") this.activate(this.active + 1);
    else if (event.key === "ArrowUp") this.activate(this.active - 1);
    else if (event.key === "Escape") this.close();
    else {
      if (["Enter", "Tab"].includes(event.key) && !event.altKey) this.choose(this.active);
      return false;
    }
    event.preventDefault();
    return true;
  }
}
