// Copies the summary paragraph as plain text; the button appears only where copying works.
document.addEventListener('DOMContentLoaded', () => {
  const button = document.getElementById('copy');
  const paragraph = document.getElementById('paragraph');
  if (!button || !paragraph || !navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(paragraph.textContent);
    button.textContent = button.dataset.done;
  });
});
// Buttons with `data-copy` copy the text of the element that they name.
document.addEventListener('DOMContentLoaded', () => {
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll('button[data-copy]')) {
    const source = document.getElementById(button.dataset.copy);
    if (!source) continue;
    button.hidden = false;
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText((source.value ?? source.textContent).trim());
      button.textContent = button.dataset.done;
    });
  }
});
