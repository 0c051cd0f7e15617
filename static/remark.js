// Sentences of the library at the remark that is being written. Without this file they are a list to copy from.
const block = document.getElementById("phrases");
const phrases = block ? JSON.parse(block.textContent) : [];
const label = document.querySelector(".phrases summary")?.textContent ?? "";

function offer(area) {
  if (area.dataset.offered || !phrases.length) return;
  area.dataset.offered = "1";
  const select = document.createElement("select");
  select.className = "select phrase";
  select.setAttribute("aria-label", label);
  select.append(new Option(label, ""), ...phrases.map((text) => new Option(text, text)));
  for (const option of select.options) if (option.value) option.lang = "zh";
  select.addEventListener("change", () => {
    if (!select.value) return;
    const gap = area.value && !area.value.endsWith("\n") ? "\n" : "";
    area.value += gap + select.value;
    select.value = "";
    area.focus();
    area.dispatchEvent(new Event("input", { bubbles: true }));
  });
  area.after(select);
}

for (const area of document.querySelectorAll("[data-remark]")) {
  area.addEventListener("focus", () => offer(area), { once: true });
}
for (const mark of document.querySelectorAll("details.mark")) {
  mark.addEventListener("toggle", () => { if (mark.open) mark.querySelector("textarea").focus(); });
}
const told = document.getElementById("conflict") ?? document.getElementById("errors");
if (told) told.focus();

// Each box has its own button: before one is sent, or the page is left, the officer hears of text typed in another.
const changed = new Set();
let sent = null;
const isTyped = (form) => [...form.elements].some((box) =>
  box.type === "radio" || box.type === "checkbox" ? box.checked !== box.defaultChecked
    : "defaultValue" in box && box.value !== box.defaultValue);
document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form && form.method === "post") changed.add(form);
});
document.addEventListener("submit", (event) => { sent = event.target; });
addEventListener("pageshow", () => { sent = null; });
addEventListener("beforeunload", (event) => {
  if ([...changed].some((form) => form !== sent && isTyped(form))) event.preventDefault();
  sent = null;
});
