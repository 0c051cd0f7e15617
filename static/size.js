// Large text is the reader's own choice: kept in browser storage, never in a cookie.
(() => {
  const root = document.documentElement;
  const stored = () => {
    try {
      return localStorage.getItem('size');
    } catch {
      return null;
    }
  };
  if (stored() === 'large') root.dataset.size = 'large';
  document.addEventListener('DOMContentLoaded', () => {
    const button = document.getElementById('size');
    if (!button) return;
    const show = () => button.setAttribute('aria-pressed', String(root.dataset.size === 'large'));
    button.hidden = false;
    show();
    button.addEventListener('click', () => {
      if (root.dataset.size === 'large') delete root.dataset.size;
      else root.dataset.size = 'large';
      try {
        localStorage.setItem('size', root.dataset.size || 'normal');
      } catch {
        // Private windows may refuse storage; the switch still works for this page.
      }
      show();
    });
  });
})();
