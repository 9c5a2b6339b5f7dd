// Ctrl K: records, actions and pages, found while typing. Without this script the search field at the top leads to the
// results page, and so does Enter here when nothing is suggested. Nothing fires while an input method is composing.

const dialog = document.getElementById("palette");
const form = dialog.querySelector("form");
const input = form.querySelector("input");
const list = dialog.querySelector("[role=listbox]");
const status = dialog.querySelector("[role=status]");
const { suggest, icons, all } = dialog.dataset;
const texts = document.getElementById("texts").dataset;
const DELAY = 100;
const SVG = "http://www.w3.org/2000/svg";
const isComposing = (event) => event.isComposing || event.keyCode === 229;
let items = [];
let active = -1;
let timer;
let request;

function element(name, className, text) {
  const node = document.createElement(name);
  if (className) node.className = className;
  if (text) node.textContent = text;
  return node;
}

function icon(name) {
  const picture = document.createElementNS(SVG, "svg");
  picture.setAttribute("class", "icon");
  picture.setAttribute("aria-hidden", "true");
  picture.append(document.createElementNS(SVG, "use"));
  picture.firstChild.setAttribute("href", `${icons}#i-${name}`);
  return picture;
}

export function openPalette(text = "") {
  if (dialog.open || document.querySelector("dialog[open]")) return;
  dialog.showModal();
  input.value = text;
  input.focus();
  ask(0);
}

function ask(delay = DELAY) {
  clearTimeout(timer);
  request?.abort();
  timer = setTimeout(load, delay);
}

async function load() {
  request = new AbortController();
  const query = input.value.trim();
  const address = new URL(suggest, location.href);
  address.searchParams.set("q", query);
  try {
    const answer = await fetch(address, { signal: request.signal, headers: { Accept: "application/json" } });
    if (answer.redirected) return location.reload(); // signed out in the meantime
    if (!answer.ok) throw new Error(`${address.pathname} answered ${answer.status}`);
    show(await answer.json(), query);
  } catch (error) {
    if (error.name !== "AbortError") show({ items: [], all: "" }, query);
  }
}

function show(found, query) {
  items = found.all ? [...found.items, { label: all.replace("{text}", query), icon: "search", href: found.all }] : found.items;
  const groups = new Map();
  for (const [index, item] of items.entries()) {
    const name = item.group ?? "";
    if (!groups.has(name)) groups.set(name, section(name, groups.size));
    groups.get(name).append(option(item, index));
  }
  list.replaceChildren(...groups.values());
  activate(items.length ? 0 : -1);
  const count = found.items.length;
  status.textContent = count ? texts.found.replace("{count}", count) : query ? dialog.dataset.nothing : "";
}

function section(name, number) {
  const group = element("div", "group");
  group.setAttribute("role", "group");
  if (!name) {
    group.setAttribute("aria-label", all.replace("{text}", ""));
    return group;
  }
  const heading = element("span", "heading", name);
  heading.id = `palette-group-${number}`;
  heading.setAttribute("role", "presentation");
  group.setAttribute("aria-labelledby", heading.id);
  group.append(heading);
  return group;
}

function option(item, index) {
  const node = element("div", "option");
  node.id = `palette-${index}`;
  node.setAttribute("role", "option");
  node.append(icon(item.icon), element("span", "label", item.label));
  if (item.note) node.append(element("span", "note", item.note));
  return node;
}

function activate(index) {
  active = index;
  for (const node of list.querySelectorAll("[role=option]")) {
    node.setAttribute("aria-selected", String(node.id === `palette-${index}`));
  }
  const chosen = document.getElementById(`palette-${index}`);
  if (!chosen) return input.removeAttribute("aria-activedescendant");
  input.setAttribute("aria-activedescendant", chosen.id);
  chosen.scrollIntoView({ block: "nearest" });
}

function visit(index, apart) {
  const { href } = items[index];
  if (apart) return window.open(href, "_blank", "noopener");
  dialog.close();
  location.assign(href);
}

input.addEventListener("input", (event) => event.isComposing || ask());
input.addEventListener("compositionend", () => ask());
input.addEventListener("keydown", (event) => {
  if (isComposing(event)) return;
  const last = items.length - 1;
  if (event.key === "ArrowDown") activate(active >= last ? 0 : active + 1);
  else if (event.key === "ArrowUp") activate(active <= 0 ? last : active - 1);
  else if (event.key === "Enter" && active >= 0) visit(active, event.ctrlKey || event.metaKey);
  else if (event.key === "Escape") dialog.close(); // at once: a search field would be emptied first
  else return;
  event.preventDefault();
  event.stopPropagation();
});
form.addEventListener("submit", (event) => input.value.trim() || event.preventDefault());
// Not "click" first: the field would lose the focus.
list.addEventListener("pointerdown", (event) => event.preventDefault());
list.addEventListener("click", (event) => {
  const chosen = event.target.closest("[role=option]");
  if (chosen) visit(Number(chosen.id.slice("palette-".length)), event.ctrlKey || event.metaKey);
});

dialog.addEventListener("click", (event) => event.target === dialog && dialog.close()); // the backdrop
dialog.addEventListener("close", () => {
  clearTimeout(timer);
  request?.abort();
});

document.addEventListener("keydown", (event) => {
  if (isComposing(event) || event.altKey || event.shiftKey || !(event.ctrlKey || event.metaKey)) return;
  if (event.key.toLowerCase() !== "k") return;
  event.preventDefault();
  if (dialog.open) dialog.close();
  else openPalette();
});

// The field at the top opens it by a click or by the first character, never by the focus alone: Tab passes by.
const jump = document.querySelector("[data-jump]");
jump?.addEventListener("click", () => openPalette(jump.value));
jump?.addEventListener("input", (event) => event.isComposing || openPalette(jump.value));
jump?.addEventListener("compositionend", () => openPalette(jump.value));
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-open-palette]") || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  openPalette();
});
