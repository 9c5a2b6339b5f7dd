// Files of a data room go one by one: <form data-send-files>. Each shows how far it is, and goes again where the line broke,
// with the same key, so that the server takes it once. Without this script the form sends them all together.

const TRIES = 3;
const PAUSE = 1500; // milliseconds, longer each time

const key = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const pause = (time) => new Promise((done) => setTimeout(done, time));

function line(list, file, texts) {
  const item = document.createElement("li");
  const name = Object.assign(document.createElement("span"), { className: "name", textContent: file.name });
  const bar = Object.assign(document.createElement("progress"), { className: "job", max: 100, value: 0 });
  bar.setAttribute("aria-label", file.name);
  const state = Object.assign(document.createElement("span"), { className: "state small muted", textContent: texts.waiting });
  item.append(name, bar, state);
  list.append(item);
  return { item, bar, state };
}

// One POST of the form with this file alone; resolves with the answer's status and page.
function post(form, file, formKey, onProgress) {
  const body = new FormData(form);
  body.delete("files");
  body.set("form_key", formKey);
  body.append("files", file, file.name);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.upload.addEventListener("progress", (event) => event.lengthComputable && onProgress(event.loaded / event.total));
    request.addEventListener("load", () => resolve(request));
    for (const broken of ["error", "abort", "timeout"]) request.addEventListener(broken, () => reject(new Error(broken)));
    request.open("POST", form.action);
    request.send(body);
  });
}

function refusal(text) {
  const page = new DOMParser().parseFromString(text, "text/html");
  const told = [".invalid-feedback", ".note-bar.is-wrong", "main h1"].map((one) => page.querySelector(one)).find(Boolean);
  return told?.textContent.trim().replace(/^“[^”]*”[:：]\s*/, "") ?? ""; // the line shows the file's name already
}

async function send(form, file, shown, formKey) {
  const texts = form.dataset;
  shown.state.classList.remove("late");
  for (let tried = 1; tried <= TRIES; tried++) {
    try {
      const answer = await post(form, file, formKey, (part) => {
        shown.bar.value = Math.round(100 * part);
        shown.state.textContent = `${shown.bar.value} %`;
      });
      if (answer.status < 400) {
        shown.bar.value = 100;
        shown.state.textContent = texts.done;
        return true;
      }
      if (answer.status < 500) return wrong(shown, answer.status === 413 ? texts.large : refusal(answer.responseText));
    } catch {
      // the line broke
    }
    if (tried < TRIES) await pause(PAUSE * tried);
  }
  wrong(shown, texts.broken);
  return again(form, file, shown, formKey);
}

function wrong(shown, text) {
  shown.bar.value = 0;
  shown.state.textContent = text;
  shown.state.classList.add("late");
  return false;
}

function again(form, file, shown, formKey) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-plain" });
  button.textContent = form.dataset.again;
  shown.item.append(button);
  return new Promise((resolve) => {
    button.addEventListener("click", () => {
      button.remove();
      resolve(send(form, file, shown, formKey));
    });
  });
}

async function sendAll(form) {
  const list = form.querySelector("[data-sending]");
  const [input, button] = [form.elements.files, form.querySelector("[type=submit]")];
  const files = [...input.files];
  list.replaceChildren();
  list.hidden = false;
  button.disabled = true;
  const all = files.map((file) => ({ file, shown: line(list, file, form.dataset), formKey: key() }));
  const taken = [];
  for (const { file, shown, formKey } of all) {
    if (file.size > Number(form.dataset.largest)) taken.push(wrong(shown, form.dataset.large));
    else taken.push(await send(form, file, shown, formKey));
  }
  button.disabled = false;
  input.value = "";
  input.dispatchEvent(new Event("change", { bubbles: true }));
  if (taken.every(Boolean)) location.assign(form.dataset.then);
}

for (const form of document.querySelectorAll("form[data-send-files]")) {
  form.addEventListener("submit", (event) => {
    if (!form.elements.files.files.length) return;
    event.preventDefault();
    sendAll(form);
  });
}
