// Large text is the reader's own choice: kept in browser storage, never in a cookie.
// The first picture waits for it, the page's text does not; it also says that scripts run, see `.needs-script` in site.css.
(() => {
  const root = document.documentElement;
  root.classList.add('has-script');
  const stored = () => {
    try {
      return localStorage.getItem('size');
    } catch {
      return null;
    }
  };
  if (stored() === 'large') root.dataset.size = 'large';
  const offer = () => {
    const button = document.getElementById('size');
    if (!button) return;
    const show = () => button.setAttribute('aria-pressed', String(root.dataset.size === 'large'));
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
  };
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', offer);
  else offer();
})();
