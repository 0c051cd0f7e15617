// An application by keyboard, and its criteria sheet in words while it is filled. Without this file everything works
// by mouse and form: the sheet is saved, and the page then says what can be done.
const bar = document.getElementById("bar");
const sheet = document.getElementById("sheet");
const says = document.getElementById("sheet-says");
const unsaved = document.getElementById("sheet-unsaved");
const rest = document.getElementById("rest");
const save = document.getElementById("save-sheet");
const keys = document.getElementById("keys");
const rows = sheet ? [...sheet.querySelectorAll(".crit")] : [];
const isOpen = rows.some((row) => row.querySelector("input[type=radio]"));
let current = -1;

const answer = (row) => row.querySelector("input[type=radio]:checked")?.value ?? "";
const fill = (text, values) => text.replace(/\{(\w)\}/g, (whole, name) => values[name] ?? whole);

function count() {
  const of = rows.length;
  const met = rows.filter((row) => answer(row) === "yes").length;
  const refused = rows.filter((row) => answer(row) === "no").length;
  return { of, met, refused, blank: of - met - refused };
}

function inWords({ of, met, refused, blank }) {
  const words = says.dataset;
  if (met === of) return fill(words.met, { n: of });
  if (blank === of) return fill(words.none, { n: of });
  if (!refused) return fill(words.part, { m: met, n: blank });
  return blank ? fill(words.mixed, { m: refused, n: blank }) : fill(words.refused, { n: refused });
}

function tell() {
  const found = count();
  says.textContent = inWords(found);
  const remarks = document.getElementById("remarks");
  if (remarks) remarks.textContent = found.refused ? fill(remarks.dataset.text, { n: found.refused }) : "";
  const back = document.getElementById("go-return");
  for (const button of bar.querySelectorAll("[data-waits]")) {
    const ready = button.dataset.waits === "met" ? found.met === found.of : !found.blank;
    button.hidden = !ready;
    button.classList.toggle("btn--main", ready);
    if (back) {
      back.classList.toggle("btn--main", !ready);
      if (ready) back.after(button);
      else button.after(back);
    }
  }
}

function show(position) {
  if (!rows[position]) return;
  current = position;
  const input = rows[position].querySelector("input[type=radio]:checked, input[type=radio]");
  rows[position].scrollIntoView({ block: "nearest" });
  input?.focus();
}

function set(row, value) {
  const input = row.querySelector(`input[type=radio][value=${value}]`);
  input.checked = true;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

// Y and N answer the criterion that has the focus, else the first one without an answer; Y then goes on to the next one.
function decide(value) {
  const focused = rows.findIndex((row) => row.contains(document.activeElement));
  const blank = rows.findIndex((row) => !answer(row));
  const position = focused >= 0 ? focused : current >= 0 ? current : blank;
  if (!rows[position]) return;
  set(rows[position], value);
  if (value === "no") {
    current = position;
    rows[position].querySelector("textarea").focus();
    return;
  }
  const next = rows.findIndex((row, place) => place > position && !answer(row));
  show(next >= 0 ? next : position);
}

// What fails its threshold is never passed in a lump, whether by script or by the server.
function passRest() {
  for (const row of rows) if (!answer(row) && !("fails" in row.dataset)) set(row, "yes");
  const left = rows.findIndex((row) => !answer(row));
  if (left >= 0) show(left);
}

if (isOpen && says) {
  sheet.addEventListener("change", () => { if (unsaved) unsaved.hidden = false; tell(); });
  rest?.addEventListener("click", (event) => { event.preventDefault(); passRest(); });
  tell();
}

const press = (id) => {
  const button = document.getElementById(id);
  if (!button || button.hidden) return false;
  button.click();
  return true;
};

function act(key) {
  if (key === "j") return press("after");
  if (key === "k") return press("before");
  if (key === "t") return press("go-recommend");
  if (key === "r") return press("go-return");
  if (key === "?") {
    keys.open = !keys.open;
    if (keys.open) keys.querySelector("summary").focus();
    return true;
  }
  if (!isOpen) return false;
  if (key === "s" && save) return press("save-sheet");
  if (key === "a" && rest) { passRest(); return true; }
  if (key === "y") { decide("yes"); return true; }
  if (key === "n") { decide("no"); return true; }
  if (/^[1-9]$/.test(key) && rows[key - 1]) { show(key - 1); return true; }
  return false;
}

if (document.querySelector("[data-keys]")) {
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input:not([type=checkbox], [type=radio]), select, textarea");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) {
      if (typing && event.key === "Escape") typing.blur();
      return;
    }
    if (act(event.key.toLowerCase())) event.preventDefault();
  });
}
