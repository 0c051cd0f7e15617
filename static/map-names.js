// Names of districts and neighbouring cities on the map; a district's name goes to the emptiest spot inside it.

const AreaNames = (() => {
  'use strict';

  const words = (className, english, names, ...more) => {
    const text = document.createElement('span');
    text.textContent = english ? names.name_en.replace(/ (District|City|County)$/, '') : names.name;
    text.append(...more);
    return L.divIcon({ className, html: text, iconSize: [0, 0] });
  };

  const inside = (x, y, rings) => {
    let odd = false;
    for (const ring of rings) {
      for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
        const a = ring[i];
        const b = ring[j];
        if (a.y > y !== b.y > y && x < ((b.x - a.x) * (y - a.y)) / (b.y - a.y) + a.x) odd = !odd;
      }
    }
    return odd;
  };

  // Writes the names into the pane `names`. `texts()` says what stands under a district's name, by code. Returns a
  // function that writes that anew and moves the names off the covered places: boxes { x, y, w, h } of centre and half
  // size in pixels of the map's window. A name that fits nowhere in the window is left out.
  const write = ({ map, districts, context }, texts, english) => {
    const put = ([lon, lat], icon) => L.marker([lat, lon], { pane: 'names', interactive: false, keyboard: false, icon }).addTo(map);
    const written = [];
    districts.eachLayer((area) => {
      const names = area.feature.properties;
      const under = document.createElement('small');
      written.push({ area, under, home: names.label_point, marker: put(names.label_point, words('dl', english, names, under)) });
    });
    context.eachLayer(({ feature: { properties: names } }) => {
      if (names.label) put(names.label, words('dl dl--city', english, names));
    });
    return (boxes) => {
      for (const { under, area } of written) under.textContent = texts()[area.feature.properties.adcode].text;
      place(map, written, boxes);
    };
  };

  const place = (map, written, boxes) => {
    const size = map.getSize();
    // All are measured before the first one moves: each turn between the two would lay out the page anew.
    const measured = written.map((name) => {
      name.marker.getElement().hidden = false;
      const text = name.marker.getElement().firstChild;
      return { ...name, w: text.offsetWidth / 2 + 2, h: text.offsetHeight / 2 };
    });
    for (const { marker, area, home, w, h } of measured) {
      const rings = area.getLatLngs().flat().map((ring) => ring.map((at) => map.latLngToContainerPoint(at)));
      const start = map.latLngToContainerPoint([home[1], home[0]]);
      const xs = rings[0].map((at) => at.x);
      const ys = rings[0].map((at) => at.y);
      const range = [Math.max(w, Math.min(...xs)), Math.min(size.x - w, Math.max(...xs)), Math.max(h, Math.min(...ys)), Math.min(size.y - h, Math.max(...ys))];
      const step = Math.max(8, (range[1] - range[0]) / 24);
      let best = null;
      let least = Infinity;
      for (let x = range[0]; x <= range[1]; x += step) {
        for (let y = range[2]; y <= range[3]; y += step) {
          let cost = Math.hypot(x - start.x, y - start.y);
          for (const box of boxes) {
            const overX = w + box.w - Math.abs(x - box.x);
            const overY = h + box.h - Math.abs(y - box.y);
            if (overX > 0 && overY > 0) cost += 60 + 30 * Math.min(overX, overY);
          }
          if (cost >= least) continue;
          if (!inside(x, y, rings)) cost += 250;
          for (const [dx, dy] of [[-w, 0], [w, 0], [0, -h], [0, h]]) if (!inside(x + dx, y + dy, rings)) cost += 50;
          if (cost < least) {
            least = cost;
            best = L.point(x, y);
          }
        }
      }
      const fits = best !== null && inside(best.x, best.y, rings);
      marker.getElement().hidden = !fits;
      if (!fits) continue;
      boxes.push({ x: best.x, y: best.y, w, h });
      marker.setLatLng(map.containerPointToLatLng(best));
    }
  };

  return { write };
})();
