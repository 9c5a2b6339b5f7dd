// <textarea data-chips>: a list of names as chips, with a field that completes them. The textarea is what is sent.

const texts = document.getElementById("chip-texts").dataset;
const BETWEEN = /[\n\t、；;，,]+/;

function chips(area) {
  const box = document.createElement("div");
  box.className = "chips";
  const list = document.createElement("ul");
  const input = document.createElement("input");
  Object.assign(input, { type: "text", id: `${area.id}-add`, className: "form-control" });
  input.setAttribute("aria-label", texts.label);
  input.placeholder = texts.label;
  input.dataset.suggest = texts.suggest;
  if (area.hasAttribute("aria-describedby")) input.setAttribute("aria-describedby", area.getAttribute("aria-describedby"));
  const count = document.createElement("p");
  count.className = "form-text";
  count.setAttribute("role", "status");
  const field = document.createElement("div");
  field.className = "combo";
  field.append(input);
  box.append(list, field, count);
  area.after(box);
  area.hidden = true;
  document.querySelector(`label[for="${area.id}"]`)?.setAttribute("for", input.id);

  const names = () => area.value.split(BETWEEN).map((name) => name.trim()).filter(Boolean);
  const keep = (kept) => {
    area.value = kept.join("\n");
    area.dispatchEvent(new Event("input", { bubbles: true }));
    show();
  };
  const add = (text) => {
    const added = text.split(BETWEEN).map((name) => name.trim()).filter(Boolean);
    input.value = "";
    if (added.length) keep([...names(), ...added]);
  };

  function show() {
    list.replaceChildren(
      ...names().map((name, index) => {
        const chip = document.createElement("li");
        chip.className = "filter";
        chip.append(name);
        const remove = document.createElement("button");
        remove.type = "button";
        remove.textContent = "×";
        remove.setAttribute("aria-label", texts.remove.replace("{name}", name));
        remove.addEventListener("click", () => {
          keep(names().filter((_, at) => at !== index));
          input.focus();
        });
        chip.append(remove);
        return chip;
      }),
    );
    count.textContent = names().length ? texts.count.replace("{count}", names().length) : "";
  }

  input.addEventListener("change", () => add(input.value));
  input.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text/plain");
    if (!BETWEEN.test(text)) return;
    event.preventDefault();
    add(input.value + text);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
      if (input.hasAttribute("aria-activedescendant")) return; // combobox.js takes the option
      event.preventDefault();
      add(input.value);
    } else if (event.key === "Enter") add(input.value);
    else if (event.key === "Backspace" && !input.value) keep(names().slice(0, -1));
  });
  area.form.addEventListener("reset", () => setTimeout(show));
  document.addEventListener("DOMContentLoaded", show); // form.js has brought a draft back by then
  box.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true })); // combobox.js completes new fields
  if (area.autofocus) input.focus();
  show();
}

document.querySelectorAll("textarea[data-chips]").forEach(chips);
