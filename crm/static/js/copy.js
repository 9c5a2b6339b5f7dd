// Buttons that copy: data-copy holds the text, or data-copy-from the id of the field that does.

async function write(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // Without TLS, and in WeChat's browser, only what is selected can be copied.
  const field = document.createElement("textarea");
  field.value = text;
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  if (!done) throw new Error("not copied");
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy], [data-copy-from]");
  if (!button) return;
  const source = button.dataset.copyFrom && document.getElementById(button.dataset.copyFrom);
  const label = button.querySelector("span");
  const before = label.textContent;
  try {
    await write(source ? source.value : button.dataset.copy);
    label.textContent = button.dataset.copied;
    setTimeout(() => (label.textContent = before), 2000);
  } catch {
    source?.select();
  }
});
