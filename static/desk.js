// The header of a public page is the same for everybody. In a browser that has been at a desk of this site, it asks
// who reads and shows the way back there; other browsers ask nothing.
(() => {
  const KEY = 'desk';
  const remember = (wanted) => {
    try {
      if (wanted) localStorage.setItem(KEY, '1');
      else localStorage.removeItem(KEY);
    } catch {
      // Private windows may refuse storage: the way to the desk then leads through the sign-in page, as without scripts.
    }
  };
  const known = () => {
    try {
      return localStorage.getItem(KEY) !== null;
    } catch {
      return false;
    }
  };
  const greet = async () => {
    if (document.querySelector('.head--in')) {
      remember(true);
      return;
    }
    const link = document.getElementById('desk');
    if (!link || !known()) return;
    try {
      const answer = await fetch(link.dataset.ask, { cache: 'no-store' });
      if (!answer.ok) return;
      const { label, short, href, n, said } = await answer.json();
      remember(Boolean(href));
      if (!href) return;
      const part = (tag, className, text) => {
        const made = document.createElement(tag);
        made.className = className;
        made.textContent = text;
        return made;
      };
      const count = part('b', '', n || '');
      count.setAttribute('aria-hidden', 'true');
      link.href = href;
      link.className = 'desk';
      link.replaceChildren(part('span', 'broad', label), part('span', 'narrow', short), count, part('span', 'visually-hidden', said));
    } catch {
      // Without an answer the link leads to the sign-in page, which sends on who is signed in.
    }
  };
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', greet);
  else greet();
})();
