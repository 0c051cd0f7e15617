// A page about work in the background follows it: the progress is read again, soon at first and then every few seconds,
// since most work ends at once. Once it has ended the whole page is read. Without this script the page has a link for it.
'use strict';

(() => {
  const here = document.getElementById('progress');
  if (!here) return;
  const LONGEST = 3000;
  let wait = 300;
  let shown = here;
  const look = async () => {
    try {
      const answer = await fetch(location.pathname + location.search);
      if (answer.ok && !answer.redirected) {
        const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
        const next = page.getElementById('progress');
        if (!next) {
          location.reload();
          return;
        }
        if (next.textContent !== shown.textContent) {
          const made = document.importNode(next, true);
          shown.replaceWith(made);
          shown = made;
        }
      }
    } catch {
      // Without a network the page stays as it is and asks again.
    }
    wait = Math.min(2 * wait, LONGEST);
    setTimeout(look, wait);
  };
  setTimeout(look, wait);
})();
