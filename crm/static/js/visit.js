// A visitor's own phone: what was written is kept on it while the line is down, and sent when it is back.

import { newKey, Outbox, send } from "./outbox.js";

const form = document.getElementById("visit");
const outbox = new Outbox((entry, state, told) => state === "sent" && location.assign(told.next));

form.addEventListener("submit", async (event) => {
  if (!form.checkValidity()) return; // the server says what is missing
  event.preventDefault();
  event.stopPropagation();
  const button = form.querySelector("button[type=submit]");
  button.disabled = true;
  const id = newKey();
  form.elements.form_key.value = id;
  const fields = { ...Object.fromEntries(new FormData(form)), noted_at: Date.now() };
  const entry = { id, url: form.getAttribute("action"), fields, label: fields.name };
  const { state, told } = await send(entry);
  if (state === "sent") return location.assign(told.next);
  if (state === "refused") return form.submit();
  form.hidden = true;
  outbox.add(entry);
});
