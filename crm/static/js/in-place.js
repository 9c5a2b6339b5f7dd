// Small changes without leaving the page: <form data-in-place> is sent, and every part of the page that has the same id and
// data-part takes its new content from the answer, as do the messages. Without this script the page is loaded anew.

async function send(form, submitter) {
  const body = new FormData(form, submitter);
  const answer = await fetch(form.action, { method: "POST", body });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const parts = [...document.querySelectorAll("[data-part]")];
  if (!answer.ok || !parts.every((part) => page.getElementById(part.id))) return location.assign(answer.url);
  for (const part of parts) part.replaceWith(document.adoptNode(page.getElementById(part.id)));
  const toasts = page.querySelector(".toasts");
  document.querySelector(".toasts").replaceWith(document.adoptNode(toasts));
  for (const toast of document.querySelectorAll("[data-toast]")) toast.dispatchEvent(new CustomEvent("toast:shown", { bubbles: true }));
}

// Where the focus was: the next box to tick, else the part itself.
function refocus(at) {
  const boxes = document.querySelectorAll("[data-part] form[data-in-place] .tick-box");
  (boxes[Math.min(at, boxes.length - 1)] ?? document.getElementById("main")).focus();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-in-place]") || event.defaultPrevented) return;
  event.preventDefault();
  const at = [...document.querySelectorAll("form[data-in-place] .tick-box")].indexOf(event.submitter);
  send(form, event.submitter).then(() => at >= 0 && refocus(at), () => form.submit());
});

// Earlier lines of a timeline follow those that are shown.
document.addEventListener("click", async (event) => {
  const link = event.target.closest("[data-earlier]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  try {
    const page = new DOMParser().parseFromString(await (await fetch(link.href)).text(), "text/html");
    const lines = page.querySelectorAll("#timeline .timeline > li");
    document.querySelector("#timeline .timeline").append(...[...lines].map((line) => document.adoptNode(line)));
    const following = page.querySelector("[data-earlier]");
    link.closest("p").replaceWith(following ? document.adoptNode(following.closest("p")) : "");
  } catch {
    location.assign(link.href);
  }
});
