// The year strip: the page as it stood at the end of a year, by slider or played from the first year to the last.

const YearStrip = (() => {
  'use strict';

  // `show(address)` puts the page of that address in the place of this one and answers whether it did.
  const begin = ({ data, still, show }) => {
    const { words } = data;
    const year = document.getElementById('year');
    const play = document.getElementById('play');
    const addressOf = (value) => `${data.pageAt}${data.pageAt.includes('?') ? '&' : '?'}as_of=${value}-12-31`;
    let timer = 0;
    const pause = () => {
      window.clearTimeout(timer);
      timer = 0;
      play.querySelector('span').textContent = words.play;
      play.setAttribute('aria-pressed', 'false');
    };
    const stand = () => show(addressOf(Number(year.value)), { replaces: true });
    // The next year comes when this one has been seen, however long it took to arrive.
    const run = async () => {
      const stood = await stand();
      if (!timer) return;
      if (!stood || Number(year.value) >= Number(year.max)) {
        pause();
        return;
      }
      timer = window.setTimeout(() => {
        year.value = String(Number(year.value) + 1);
        run();
      }, still ? 2500 : 1200);
    };
    play.addEventListener('click', () => {
      if (timer) {
        pause();
        return;
      }
      if (Number(year.value) >= Number(year.max)) year.value = year.min;
      play.querySelector('span').textContent = words.pause;
      play.setAttribute('aria-pressed', 'true');
      timer = -1;
      run();
    });
    year.addEventListener('input', () => {
      pause();
      stand();
    });
    // Moved before this script came.
    if (year.value !== year.defaultValue) stand();
    // The page of another address stands here now: the slider follows it.
    return (shown) => {
      pause();
      year.value = String(shown);
    };
  };

  return { begin };
})();
