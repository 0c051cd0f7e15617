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
