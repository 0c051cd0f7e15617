// The print button appears only where it can work.
document.addEventListener('DOMContentLoaded', () => {
  const button = document.getElementById('print');
  if (!button) return;
  button.hidden = false;
  button.addEventListener('click', () => window.print());
});
