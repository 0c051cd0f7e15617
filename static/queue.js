// The queue by keyboard, and the selection in words. Without this file everything works by mouse and form.
const form = document.getElementById("queue-form");
const keys = document.getElementById("keys");
const search = document.getElementById("q");
const rows = form ? [...form.querySelectorAll("tbody tr")] : [];
const boxes = rows.map((row) => row.querySelector("input[type=checkbox]")).filter(Boolean);
let current = -1;

// What is not chosen does not enter the address that an officer keeps or sends on.
document.querySelector("form.qfilters")?.addEventListener("formdata", ({ formData }) => {
  for (const name of new Set(formData.keys())) {
    const given = formData.getAll(name).filter((value) => value !== "");
    formData.delete(name);
    for (const value of given) formData.append(name, value);
  }
});

// On a telephone the tabs are wider than the window: the one at hand is in sight.
document.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });

function show(position) {
  if (!rows.length) return;
  if (current >= 0) rows[current].classList.remove("is-cur");
  current = Math.max(0, Math.min(rows.length - 1, position));
  rows[current].classList.add("is-cur");
  rows[current].querySelector(".q-name a").focus();
  rows[current].scrollIntoView({ block: "nearest" });
}

function count() {
  const chosen = boxes.filter((box) => box.checked).length;
  const words = document.getElementById("picked");
  words.textContent = words.dataset.text.replace("{n}", chosen);
  boxes.forEach((box, position) => rows[position].classList.toggle("is-on", box.checked));
  const all = document.getElementById("pick-all");
  all.checked = chosen === boxes.length;
  all.indeterminate = chosen > 0 && chosen < boxes.length;
}

// Who can only read has no boxes.
if (boxes.length) {
  const all = document.getElementById("pick-all");
  document.getElementById("all-box").hidden = false;
  document.getElementById("unpick").hidden = false;
  form.addEventListener("change", (event) => {
    if (event.target === all) boxes.forEach((box) => { box.checked = all.checked; });
    count();
  });
  document.getElementById("unpick").addEventListener("click", () => {
    boxes.forEach((box) => { box.checked = false; });
    count();
    show(Math.max(0, current));
  });
  count();
}

if (form) {
  form.addEventListener("focusin", (event) => {
    const row = event.target.closest("tbody tr");
    if (!row) return;
    if (current >= 0) rows[current].classList.remove("is-cur");
    current = rows.indexOf(row);
    row.classList.add("is-cur");
  });
}

// Single letters can be switched off in the account.
if (keys) document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox]), select, textarea");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) {
    if (typing && event.key === "Escape") typing.blur();
    return;
  }
  const key = event.key.toLowerCase();
  if (key === "j") show(current + 1);
  else if (key === "k") show(current - 1);
  else if (key === "x" && boxes[current]) { boxes[current].checked = !boxes[current].checked; count(); }
  else if (key === "enter" && current >= 0 && event.target.type === "checkbox") rows[current].querySelector(".q-name a").click();
  else if (key === "/") search.focus();
  else if (key === "?") { keys.open = !keys.open; if (keys.open) keys.querySelector("summary").focus(); }
  else return;
  event.preventDefault();
});
