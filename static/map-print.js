// On paper the whole city stands on the page, whatever the window shows: the map is laid out for paper before it is
// printed and returns to the reader's view afterwards.

const MapPrint = (() => {
  'use strict';

  // `fit()` shows the whole city in the map's room, `back()` what was shown before.
  const begin = (map, { fit, back }) => {
    let isPaper = false;
    const paper = (wanted) => {
      if (wanted === isPaper) return;
      isPaper = wanted;
      document.documentElement.classList.toggle('is-paper', wanted);
      map.invalidateSize({ animate: false, pan: false });
      if (wanted) fit();
      else back();
    };
    window.addEventListener('beforeprint', () => paper(true));
    window.addEventListener('afterprint', () => paper(false));
  };

  return { begin };
})();
