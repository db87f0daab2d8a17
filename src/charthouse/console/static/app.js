// What pages do beyond links and forms: copying a line, `/` for search, menus that close.
// Everything works without it.
"use strict";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const text = document.getElementById(button.dataset.copy).textContent.trim();
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Pages over plain HTTP have no clipboard.
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "hidden";
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  document.getElementById("announcer").textContent = button.dataset.copied;
  if (button.classList.contains("done")) return;
  const label = button.querySelector("span") ?? button;
  const words = label.textContent;
  label.textContent = button.dataset.copied;
  button.classList.add("done");
  setTimeout(() => {
    label.textContent = words;
    button.classList.remove("done");
    document.getElementById("announcer").textContent = "";
  }, 2000);
});

document.addEventListener("keydown", (event) => {
  const typing = event.target.matches("input, textarea, select, [contenteditable]");
  if (event.key === "/" && "keys" in document.body.dataset && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    document.getElementById("search")?.select();
  }
  if (event.key === "Escape") {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  }
});

for (const leaving of ["click", "focusin"]) {
  document.addEventListener(leaving, (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
}

// What cannot be undone can be sent only when the name is typed; the server compares it again.
for (const field of document.querySelectorAll("[data-expect]")) {
  const button = field.form.querySelector("button");
  const compare = () => { button.disabled = field.value.trim() !== field.dataset.expect; };
  field.addEventListener("input", compare);
  compare();
}

// One tick for all rows of a page; without a script there is none.
function offerAll() {
  for (const all of document.querySelectorAll("[data-all][hidden]")) all.hidden = false;
}
offerAll();
document.addEventListener("htmx:after:swap", offerAll);
// On a phone a row of tabs is wider than the page: the one that is open is in sight.
for (const here of document.querySelectorAll(".tabs [aria-current]")) {
  here.parentElement.scrollLeft = here.offsetLeft - here.parentElement.offsetLeft - 16;
}

document.addEventListener("change", (event) => {
  const name = event.target.dataset.all;
  if (!name) return;
  for (const one of event.target.form.querySelectorAll(`input[name="${name}"]`)) one.checked = event.target.checked;
});

// While somebody types into the search, names that may be meant are offered; Enter on a whole one opens it.
const search = document.getElementById("search");
let asking = 0;
search?.addEventListener("input", () => {
  clearTimeout(asking);
  const text = search.value.trim();
  if (text.length < 2) return;
  asking = setTimeout(async () => {
    let names = [];
    try {
      names = await (await fetch(`/-/suggestions?q=${encodeURIComponent(text)}`)).json();
    } catch {
      return; // no server, or no session any more: what is typed can still be sent
    }
    if (search.value.trim() !== text) return;
    document.getElementById("suggestions").replaceChildren(...names.map((name) => new Option("", name)));
    if (names.length) search.setAttribute("list", "suggestions");
  }, 250);
});
