// Pictures from the clipboard go into the file field of their form: <div data-paste-files> around <input type="file" multiple>.
// Each is shown with a button that takes it out again. Without this script files are chosen as ever.

const IMAGE = /^image\//;

function filesOf(transfer) {
  const direct = [...(transfer?.files ?? [])];
  const items = [...(transfer?.items ?? [])].filter((item) => item.kind === "file").map((item) => item.getAsFile());
  return (direct.length ? direct : items).filter((file) => file && (IMAGE.test(file.type) || file.type === "application/pdf"));
}

// Screenshots are all called image.png: the time tells them apart.
function named(file) {
  if (file.name && file.name !== "image.png") return file;
  const stamp = new Date().toLocaleString("sv").replace(/[ :]/g, "-");
  return new File([file], `${stamp}.${file.type.split("/")[1] ?? "png"}`, { type: file.type });
}

function setFiles(input, files) {
  const transfer = new DataTransfer();
  for (const file of files) transfer.items.add(file);
  input.files = transfer.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

function thumbnail(input, list, file) {
  const item = document.createElement("li");
  const shown = document.createElement(IMAGE.test(file.type) ? "img" : "span");
  if (shown.matches("img")) {
    const reader = new FileReader(); // the page's policy allows data:, not blob:
    reader.addEventListener("load", () => (shown.src = reader.result));
    reader.readAsDataURL(file);
    shown.alt = file.name;
  } else shown.textContent = file.name;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-ghost btn-sm";
  button.textContent = list.dataset.remove.replace("{name}", file.name);
  button.addEventListener("click", () => {
    setFiles(input, [...input.files].filter((one) => one !== file));
    input.focus();
  });
  item.append(shown, button);
  return item;
}

function show(box) {
  const input = box.querySelector("input[type=file]");
  const list = box.querySelector("[data-thumbnails]");
  list.replaceChildren(...[...input.files].map((file) => thumbnail(input, list, file)));
  list.hidden = !input.files.length;
  box.classList.toggle("has-files", input.files.length > 0);
}

document.addEventListener("change", (event) => {
  const box = event.target.closest?.("[data-paste-files]");
  if (box && event.target.type === "file") show(box);
});

// The form that somebody is in takes the picture; else the open dialog, else the record's papers or the only box.
function boxFor(target) {
  const own = target.closest?.("form")?.querySelector("[data-paste-files]");
  if (own) return own;
  const dialog = document.querySelector("dialog[open]");
  const boxes = [...(dialog ?? document.getElementById("main") ?? document).querySelectorAll("[data-paste-files]")];
  return boxes.length === 1 ? boxes[0] : (boxes.find((box) => box.closest("#attachments")) ?? null);
}

function take(event, transfer) {
  const files = filesOf(transfer);
  const box = files.length ? boxFor(event.target) : null;
  if (!box) return;
  // Excel puts a picture of the cells beside their text: the text is what is meant.
  if (transfer.types.includes("text/plain") && event.target.matches("textarea, input")) return;
  event.preventDefault();
  const input = box.querySelector("input[type=file]");
  setFiles(input, [...input.files, ...files.map(named)]);
}

document.addEventListener("paste", (event) => take(event, event.clipboardData));
document.addEventListener("dragover", (event) => {
  if (event.target.closest?.("form")?.querySelector("[data-paste-files]")) event.preventDefault();
});
document.addEventListener("drop", (event) => take(event, event.dataTransfer));
