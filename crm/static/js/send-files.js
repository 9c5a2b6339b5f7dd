// Files of a data room go one by one, in pieces: <form data-send-files>. Each shows how far it is, goes on where the line
// broke, by itself or when asked, and can be given up. Chosen again later, also after the page was closed, it goes on from
// there: the server knows it by its hash. Without this script, or without hashes, the form sends all files at once.

const TRIES = 5;
const PAUSE = 1000; // milliseconds, twice as long each time

const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const hashOf = async (file) => hex(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
const pause = (time) => new Promise((done) => setTimeout(done, time));

class Refused extends Error {}

function button(text, label) {
  const made = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-plain", textContent: text });
  made.setAttribute("aria-label", label);
  return made;
}

// The line of a file: its name, how far it is, and a button that gives it up.
function line(list, file, texts) {
  const item = Object.assign(document.createElement("li"), { tabIndex: -1 });
  const name = Object.assign(document.createElement("span"), { className: "name", textContent: file.name });
  const bar = Object.assign(document.createElement("progress"), { className: "job", max: 100, value: 0 });
  bar.setAttribute("aria-label", file.name);
  const state = Object.assign(document.createElement("span"), { className: "state small muted", textContent: texts.waiting });
  const stop = new AbortController();
  const cancel = button(texts.cancel, `${texts.cancel}: ${file.name}`);
  cancel.addEventListener("click", () => stop.abort());
  item.append(name, bar, state, cancel);
  list.append(item);
  return { file, item, bar, state, cancel, signal: stop.signal };
}

function say(shown, part) {
  shown.bar.value = Math.floor(100 * part);
  shown.state.textContent = `${shown.bar.value}%`;
}

function end(form, shown, text, isWrong) {
  shown.state.textContent = text;
  shown.state.classList.toggle("late", isWrong);
  if (shown.item.contains(document.activeElement)) shown.item.focus();
  for (const one of shown.item.querySelectorAll("button")) one.remove();
  form.querySelector("[data-told]").textContent = `${shown.file.name}: ${text}`;
  return !isWrong;
}

// One POST; resolves with the JSON that answers it. Rejects where the line broke, and with Refused.
function post(form, href, fields, signal, onProgress) {
  const body = new FormData();
  for (const [name, value] of Object.entries({ csrf_token: form.elements.csrf_token.value, ...fields })) body.append(name, value);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => event.lengthComputable && onProgress?.(event.loaded / event.total));
    request.addEventListener("load", () => {
      if (request.response?.refused) reject(new Refused(request.response.refused));
      else if (request.status < 300 && request.response) resolve(request.response);
      else reject(new Error(request.status));
    });
    for (const broken of ["error", "abort", "timeout"]) request.addEventListener(broken, () => reject(new Error(broken)));
    signal?.addEventListener("abort", () => request.abort());
    request.open("POST", href);
    request.send(body);
  });
}

const about = async (form, file) => ({ name: file.name, size: file.size, sha256: await hashOf(file), folder_id: form.elements.folder_id?.value ?? "" });

// Sends the next piece; `stands`: how far the server is, null for a file that it has not heard of.
async function sendNext(form, { file, signal, ...shown }, stands) {
  if (!stands) return post(form, form.dataset.begin, await about(form, file), signal);
  const offset = stands.received;
  const piece = file.slice(offset, offset + Number(form.dataset.piece));
  const onProgress = (part) => say(shown, (offset + part * piece.size) / file.size);
  onProgress(0);
  return post(form, stands.to, { offset, piece }, signal, onProgress);
}

// Until somebody asks for it, or the line is back.
function asked(form, shown) {
  const again = button(form.dataset.again, `${form.dataset.again}: ${shown.file.name}`);
  shown.state.textContent = form.dataset.broken;
  shown.state.classList.add("late");
  shown.cancel.before(again);
  form.querySelector("[data-told]").textContent = `${shown.file.name}: ${form.dataset.broken}`;
  return new Promise((resolve) => {
    const goOn = () => {
      removeEventListener("online", goOn);
      if (again.contains(document.activeElement)) shown.cancel.focus();
      again.remove();
      shown.state.classList.remove("late");
      resolve();
    };
    again.addEventListener("click", goOn);
    addEventListener("online", goOn);
    shown.signal.addEventListener("abort", goOn);
  });
}

async function send(form, shown) {
  let [tried, stands] = [0, null];
  while (!stands?.whole) {
    try {
      shown.signal.throwIfAborted();
      const before = stands?.received ?? -1;
      stands = await sendNext(form, shown, stands);
      if (!stands.whole && stands.received <= before) throw new Error("no further");
      tried = 0;
    } catch (error) {
      if (error instanceof Refused) return end(form, shown, error.message, true);
      if (shown.signal.aborted) {
        if (stands) await post(form, stands.drop, {}).catch(() => {});
        return end(form, shown, form.dataset.cancelled, true);
      }
      if (error.message === "404") stands = null;
      if (++tried < TRIES) await pause(PAUSE * 2 ** (tried - 1));
      else {
        await asked(form, shown);
        tried = 0;
      }
    }
  }
  shown.bar.value = 100;
  return end(form, shown, form.dataset.done, false);
}

async function sendAll(form, input) {
  const list = form.querySelector("[data-sending]");
  const submit = form.querySelector("[type=submit]");
  list.replaceChildren();
  list.hidden = false;
  submit.disabled = true;
  const all = [...input.files].map((file) => line(list, file, form.dataset));
  const taken = [];
  for (const shown of all) {
    if (shown.file.size > Number(form.dataset.largest)) taken.push(end(form, shown, form.dataset.large, true));
    else taken.push(await send(form, shown));
  }
  submit.disabled = false;
  input.value = "";
  input.dispatchEvent(new Event("change", { bubbles: true }));
  if (taken.every(Boolean)) location.assign(form.dataset.then);
}

for (const form of document.querySelectorAll("form[data-send-files]")) {
  const input = form.querySelector("input[type=file]");
  form.addEventListener("submit", (event) => {
    if (!input.files.length || !crypto.subtle) return;
    event.preventDefault();
    sendAll(form, input);
  });
}
