// On paper the whole city stands on the page, whatever the window shows: the map is laid out for paper before it is
// printed and returns to the reader's view afterwards.

const MapPrint = (() => {
  'use strict';

  const root = document.documentElement;
  const isPaper = () => root.classList.contains('is-paper');

  // `fit()` shows the whole city in the map's room, `back()` what was shown before; a folded legend opens for paper.
  const begin = (map, legend, { fit, back }) => {
    let wasOpen = legend.open;
    const paper = (wanted) => {
      if (wanted === isPaper()) return;
      root.classList.toggle('is-paper', wanted);
      if (wanted) wasOpen = legend.open;
      legend.open = wanted || wasOpen;
      map.invalidateSize({ animate: false, pan: false });
      if (wanted) fit();
      else back();
    };
    window.addEventListener('beforeprint', () => paper(true));
    window.addEventListener('afterprint', () => paper(false));
  };

  return { begin, isPaper };
})();
