// Another view of the map page without leaving it: the page of an address is asked for and its parts take the place
// of those that stand here, so that marks, shades, figures, list and address always say the same. The server writes
// every word and number; nothing is counted here.

const MapLive = (() => {
  'use strict';

  const PARTS = ['live-picks', 'live-selects', 'live-extra', 'live-figures', 'live-legend', 'live-stock', 'live-bars', 'live-list'];
  const root = document.documentElement;

  // What the reader has set in the filter bar and not sent yet stays.
  const typed = () => [...document.querySelectorAll('.filters input, .filters select')].filter((field) => {
    if (field.type === 'checkbox') return field.checked !== field.defaultChecked;
    if (field.type === 'hidden') return false;
    if (field.tagName !== 'SELECT') return field.value !== field.defaultValue;
    return field.selectedIndex !== Math.max([...field.options].findIndex((option) => option.defaultSelected), 0);
  }).map(({ name, type, value, checked }) => ({ name, type, value, checked }));
  const restore = (kept) => {
    for (const { name, type, value, checked } of kept) {
      const fields = [...document.querySelectorAll('.filters [name]')].filter((field) => field.name === name);
      if (type === 'checkbox') for (const field of fields) if (field.value === value) field.checked = checked;
      if (type === 'select-one') for (const field of fields) if ([...(field.options ?? [])].some((option) => option.value === value)) field.value = value;
    }
  };

  // The focus goes on with the part that takes its place.
  const heldIn = (part) => {
    const held = document.activeElement;
    if (!part.contains(held)) return null;
    const { live } = held.dataset;
    if (live) return `[data-live="${live}"]`;
    return held.id ? `#${held.id}` : '';
  };
  const take = (next) => {
    const kept = typed();
    for (const id of PARTS) {
      const [old, made] = [document.getElementById(id), next.getElementById(id)];
      if (!old || !made) continue;
      const held = heldIn(old);
      const open = [...old.querySelectorAll('details[open][id]')].map((each) => each.id);
      old.replaceChildren(...[...made.childNodes].map((node) => document.adoptNode(node)));
      for (const name of open) document.getElementById(name)?.setAttribute('open', '');
      if (held === null) continue;
      const successor = (held && old.querySelector(held)) || document.getElementById(id === 'live-stock' ? 'year' : 'map');
      successor.focus({ preventScroll: true });
    }
    document.getElementById('legend').className = next.getElementById('legend').className;
    const [language, other] = [document, next].map((page) => page.querySelector('.nav--tools a[hreflang]'));
    if (language && other) language.setAttribute('href', other.getAttribute('href'));
    restore(kept);
  };

  let asked = null;
  // Asks for the page at `address`; null when a later question has overtaken this one.
  const page = async (address) => {
    asked?.abort();
    const mine = new AbortController();
    asked = mine;
    root.classList.add('is-loading');
    try {
      const answer = await fetch(address, { signal: mine.signal, headers: { Accept: 'text/html' } });
      if (!answer.ok) throw new Error(String(answer.status));
      const text = await answer.text();
      return new DOMParser().parseFromString(text, 'text/html');
    } catch (error) {
      if (error.name === 'AbortError') return null;
      throw error;
    } finally {
      if (asked === mine) root.classList.remove('is-loading');
    }
  };

  return { page, take };
})();
