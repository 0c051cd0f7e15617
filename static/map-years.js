// The year strip: the stock at the end of a year, by slider or played from the first year to the last.

const YearStrip = (() => {
  'use strict';

  // `read(url)` gives the columns of the points, `use(columns)` draws them, `tell(text)` says what went wrong.
  const begin = ({ data, still, fill, read, use, tell }) => {
    const { words } = data;
    const year = document.getElementById('year');
    const play = document.getElementById('play');
    const stock = document.getElementById('stock');
    const bars = [...document.querySelectorAll('.years__bars rect')];
    const kept = new Map();
    const atYear = (value) => {
      if (!kept.has(value)) {
        const separator = data.pointsAt.includes('?') ? '&' : '?';
        kept.set(value, read(`${data.pointsAt}${separator}as_of=${value}-12-31`).catch((error) => {
          kept.delete(value);
          throw error;
        }));
      }
      return kept.get(value);
    };
    const stand = async () => {
      const value = Number(year.value);
      try {
        const columns = await atYear(value);
        if (Number(year.value) !== value) return;
        use(columns);
        stock.replaceChildren(bold(value), ` ${fill(words.stock, { n: columns.count })}`);
        bars.forEach((bar, place) => bar.classList.toggle('on', Number(year.min) + place <= value));
        tell('');
      } catch {
        tell(words.failed);
      }
    };
    let timer = 0;
    const pause = () => {
      window.clearInterval(timer);
      timer = 0;
      play.querySelector('span').textContent = words.play;
      play.setAttribute('aria-pressed', 'false');
    };
    const next = () => {
      if (Number(year.value) >= Number(year.max)) {
        pause();
        return;
      }
      year.value = String(Number(year.value) + 1);
      stand();
    };
    play.addEventListener('click', () => {
      if (timer) {
        pause();
        return;
      }
      if (Number(year.value) >= Number(year.max)) year.value = year.min;
      play.querySelector('span').textContent = words.pause;
      play.setAttribute('aria-pressed', 'true');
      stand();
      timer = window.setInterval(next, still ? 2500 : 1200);
    });
    year.addEventListener('input', stand);
    // Moved before this script came, or restored by the browser.
    if (year.value !== year.defaultValue) stand();
  };

  const bold = (value) => {
    const made = document.createElement('b');
    made.textContent = String(value);
    return made;
  };

  return { begin };
})();
