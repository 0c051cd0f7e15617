// 我的位置: one press asks the browser where its reader is and shows it on the map; what goes wrong is said in words.
// Nobody is asked without the press, nothing is sent or kept, and browsers answer on secure pages alone.

const MapHere = (() => {
  'use strict';

  const WHY = { 1: 'hereRefused', 2: 'hereUnknown', 3: 'hereUnknown' };

  // `buttons` are those of the map; `inside` are the bounds of its districts, outside which nothing is shown.
  const offer = (map, buttons, inside, words, tell) => {
    if (!window.isSecureContext || !navigator.geolocation) return;
    const ask = document.createElement('a');
    ask.className = 'zoomall';
    ask.href = '#map';
    ask.textContent = words.hereAsk;
    ask.setAttribute('role', 'button');
    let mark = null;
    // What was said stands until the reader turns to the map again.
    map.on('dragstart', () => mark !== null && tell(''));
    const show = ({ coords }) => {
      const at = L.latLng(coords.latitude, coords.longitude);
      mark?.remove();
      if (!inside.contains(at)) return tell(words.hereAway);
      const about = Math.max(10, Math.round(coords.accuracy));
      const look = { className: 'here', interactive: false, pane: 'chosen' };
      mark = L.layerGroup([L.circle(at, { ...look, radius: about }), L.circleMarker(at, { ...look, radius: 6 })]).addTo(map);
      map.setView(at, Math.max(map.getZoom(), 13));
      return tell(words.hereShown.replace('{n}', String(about)));
    };
    L.DomEvent.disableClickPropagation(ask);
    L.DomEvent.on(ask, 'click', (event) => {
      event.preventDefault();
      tell(words.hereAsked);
      const how = { enableHighAccuracy: true, timeout: 15000 };
      navigator.geolocation.getCurrentPosition(show, ({ code }) => tell(words[WHY[code]]), how);
    });
    buttons.append(ask);
  };

  return { offer };
})();
