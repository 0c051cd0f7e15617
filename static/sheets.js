// Sheets of several applications: the rest by one press, and the numbers in words. Without this file the server answers.
const form = document.getElementById("sheets");
const rest = document.getElementById("rest");
const says = document.getElementById("sheets-say");
const recommend = document.getElementById("recommend");
const rows = form ? [...form.querySelectorAll(".brow")] : [];
const choice = (row) => row.querySelector("input[type=radio]:checked")?.value ?? "later";

function tell() {
  const of = (value) => rows.filter((row) => choice(row) === value).length;
  const [all, exceptions, later] = ["all", "except", "later"].map(of);
  says.textContent = says.dataset.text.replace("{a}", all).replace("{e}", exceptions).replace("{l}", later);
  if (rest) rest.hidden = !later;
  if (recommend) {
    recommend.textContent = recommend.dataset.text.replace("{n}", all);
    recommend.hidden = !all;
  }
}

if (form) {
  form.addEventListener("change", tell);
  rest?.addEventListener("click", (event) => {
    event.preventDefault();
    for (const row of rows) {
      if (choice(row) !== "later") continue;
      // One that fails a threshold is opened with it ticked, for somebody to look at.
      row.querySelector(`input[value=${"fails" in row.dataset ? "except" : "all"}]`).checked = true;
    }
    tell();
  });
  tell();
}
