// The district map: looks for the folium shell, clusters from the points endpoint, year strip, links with
// the list. Texts come from the page's JSON block or from the labels endpoint and are set as textContent.
'use strict';

(() => {
  const data = JSON.parse(document.getElementById('map-data').textContent);
  const { map, districts, context } = window.registryMap;
  const words = data.words;
  const root = document.documentElement;
  const rem = parseFloat(getComputedStyle(root).fontSize);
  const scale = rem / 16;
  const tokens = new Map();
  const token = (name) => {
    // Asked once each: the answer makes the browser work out every style anew.
    if (!tokens.has(name)) tokens.set(name, getComputedStyle(root).getPropertyValue(name).trim());
    return tokens.get(name);
  };
  const TIERS = ['municipal', 'provincial', 'national'];
  const RING = ['mun', 'prov', 'nat'];
  const FAINT_FROM = 12;
  const MAX_NAMED = 100;
  const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  const element = (tag, className, text) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const note = document.getElementById('map-note');
  const tell = (text) => {
    note.textContent = text;
    note.hidden = !text;
  };
  const read = async (url) => {
    const response = await fetch(url);
    if (!response.ok) throw new Error(String(response.status));
    return response.json();
  };
  // Asked for while the map is built; the page's head has already begun to load them.
  const first = read(data.points);
  first.catch(() => {});

  // ---- districts, neighbours, names ----
  map.createPane('names').style.zIndex = 450;
  map.getPane('names').style.pointerEvents = 'none';
  L.control.zoom({ position: 'topleft', zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
  let faint = false;
  let shaded = true;
  const districtStyle = (feature) => {
    const shade = data.districts[feature.properties.adcode].shade;
    return {
      fillColor: !shaded ? token('--map-none') : shade ? token(`--map-${shade}`) : 'url(#hatch)',
      fillOpacity: faint ? 0.4 : 1,
      color: token('--map-line'),
      weight: 1,
    };
  };
  context.setStyle(() => ({
    fillColor: token('--map-context'), fillOpacity: window.registryMap.base ? 0 : 1, color: token('--map-context-line'), weight: 1,
  }));
  // Nothing is drawn before the first view is set, so no path has to be drawn twice.
  context.eachLayer((layer) => { layer.options.interactive = false; });
  districts.setStyle(districtStyle);
  districts.eachLayer((layer) => {
    const { href } = data.districts[layer.feature.properties.adcode];
    layer.on('mouseover', () => layer.setStyle({ weight: 2.5, color: token('--map-border') }).bringToFront());
    layer.on('mouseout', () => layer.setStyle(districtStyle(layer.feature)));
    layer.on('click', () => window.location.assign(href + window.location.hash));
  });
  const english = root.lang.startsWith('en');
  const nameMarkers = [];
  districts.eachLayer((layer) => {
    const { adcode, name, name_en: nameEnglish, label_point: home } = layer.feature.properties;
    const text = element('span', '', english ? nameEnglish.replace(/ (District|City)$/, '') : name);
    text.append(element('small', '', data.districts[adcode].text));
    const marker = L.marker([home[1], home[0]], {
      pane: 'names', interactive: false, keyboard: false,
      icon: L.divIcon({ className: 'dl', html: text, iconSize: [0, 0] }),
    }).addTo(map);
    nameMarkers.push({ marker, layer, home });
  });
  context.eachLayer((layer) => {
    const { name, name_en: nameEnglish, label } = layer.feature.properties;
    if (!label) return;
    const text = element('span', '', english ? nameEnglish : name);
    L.marker([label[1], label[0]], {
      pane: 'names', interactive: false, keyboard: false,
      icon: L.divIcon({ className: 'dl dl--city', html: text, iconSize: [0, 0] }),
    }).addTo(map);
  });

  // ---- first view ----
  const year = document.getElementById('year');
  const play = document.getElementById('play');
  // What the script adds to the page takes room from the map, so it comes before the map is measured.
  year.hidden = false;
  play.hidden = false;
  document.getElementById('layers').hidden = false;
  map.invalidateSize({ animate: false });
  const legend = document.getElementById('legend');
  if (map.getSize().x < 56 * rem || map.getSize().y < 33 * rem) legend.open = false;
  if (window.innerWidth < 64 * rem) document.getElementById('more').open = false;
  const fitted = () => {
    const edge = map.getSize().x < 700 ? 4 : 14;
    const key = legend.open && map.getSize().x >= 56 * rem ? legend.offsetWidth : 0;
    map.fitBounds(districts.getBounds(), { paddingTopLeft: [edge, edge], paddingBottomRight: [edge + key, edge], animate: false });
  };
  const position = () => window.location.hash.match(/^#(\d+(?:\.\d+)?)\/(-?\d+(?:\.\d+)?)\/(-?\d+(?:\.\d+)?)$/);
  const goThere = () => {
    const found = position();
    if (found) map.setView([Number(found[2]), Number(found[3])], Number(found[1]), { animate: false });
    else fitted();
    return Boolean(found);
  };
  let moved = goThere();

  // ---- clusters and markers ----
  let points = null;
  let clusters = [];
  let owner = new Map();
  const shown = new Map();
  const named = new Map();
  const layer = L.layerGroup().addTo(map);
  const codeOf = (i) => `CZ-${String(points.code[i]).padStart(6, '0')}`;
  const parts = (tiers) => TIERS.map((tier, place) => (tiers[place] ? `${data.tiers[tier]} ${tiers[place]}` : '')).filter(Boolean).join(english ? ', ' : '，');

  const ringOf = (tiers, n) => {
    const length = 2 * Math.PI * 42;
    let offset = 0;
    return tiers.map((count, place) => {
      const share = (count / n) * length;
      const drawn = share
        ? `<circle class="cl-${RING[place]}" cx="50" cy="50" r="42" fill="none" stroke-width="13" stroke-dasharray="${share.toFixed(1)} ${(length - share).toFixed(1)}" stroke-dashoffset="${(-offset).toFixed(1)}" transform="rotate(-90 50 50)"/>`
        : '';
      offset += share;
      return drawn;
    }).join('');
  };
  const clusterIcon = (cluster) => {
    const n = cluster.members.length;
    const size = Math.round((28 + Math.sqrt(n) * 2.1) * scale);
    return L.divIcon({
      className: 'cl', iconSize: [size, size],
      html: `<svg viewBox="0 0 100 100" aria-hidden="true" focusable="false"><circle class="cl-disc" cx="50" cy="50" r="49"/>${ringOf(cluster.tiers, n)}<circle class="cl-disc" cx="50" cy="50" r="35"/></svg><b>${n}</b>`,
    });
  };
  const pointIcon = (tier) => L.divIcon({
    className: 'pt', iconSize: [26 * scale, 26 * scale],
    html: `<svg aria-hidden="true" focusable="false"><use href="#m-${TIERS[tier]}"/></svg>`,
  });

  const describe = (marker, text) => {
    const icon = marker.getElement();
    if (!icon) return;
    icon.setAttribute('role', 'button');
    icon.setAttribute('aria-label', text);
  };
  const labelOf = (cluster) => {
    if (cluster.members.length > 1) {
      return fill(cluster.samePlace ? words.same : words.cluster, { n: cluster.members.length, parts: parts(cluster.tiers) });
    }
    const [i] = cluster.members;
    const known = named.get(codeOf(i));
    const tier = data.tiers[TIERS[points.tier[i]]];
    return known ? `${known.name}${english ? ', ' : '，'}${tier}` : `${codeOf(i)}${english ? ', ' : '，'}${tier}`;
  };

  const rowOf = (code) => document.querySelector(`.list [data-code="${code}"]`);
  const make = (cluster) => {
    const single = cluster.members.length === 1;
    const marker = L.marker([cluster.lat, cluster.lon], {
      icon: single ? pointIcon(points.tier[cluster.members[0]]) : clusterIcon(cluster), riseOnHover: true,
    });
    marker.on('click', (event) => activate(cluster, marker, event));
    marker.on('keydown', (event) => {
      if (event.originalEvent.key === ' ' || event.originalEvent.key === 'Enter') {
        event.originalEvent.preventDefault();
        activate(cluster, marker, event);
      }
    });
    if (single) {
      const code = codeOf(cluster.members[0]);
      marker.on('mouseover focus', () => rowOf(code)?.classList.add('is-lit'));
      marker.on('mouseout blur', () => rowOf(code)?.classList.remove('is-lit'));
    }
    layer.addLayer(marker);
    describe(marker, labelOf(cluster));
    return marker;
  };

  const draw = () => {
    if (!points) return;
    const seen = map.getBounds().pad(0.25);
    const wanted = new Map();
    for (const cluster of clusters) if (seen.contains([cluster.lat, cluster.lon])) wanted.set(cluster.id, cluster);
    for (const [id, entry] of shown) {
      if (!wanted.has(id)) {
        layer.removeLayer(entry.marker);
        shown.delete(id);
      }
    }
    for (const [id, cluster] of wanted) if (!shown.has(id)) shown.set(id, { cluster, marker: make(cluster) });
    nameSingles();
    nameSoon();
  };
  const regroup = () => {
    if (!points) return;
    clusters = Clusters.at(points, map.getZoom(), scale);
    owner = new Map();
    for (const cluster of clusters) for (const i of cluster.members) owner.set(points.code[i], cluster.id);
    draw();
  };

  // Names of the single markers on screen, so that each has a spoken name.
  const learn = async (codes) => {
    const missing = codes.filter((code) => !named.has(code)).slice(0, MAX_NAMED);
    if (!missing.length) return;
    const separator = data.labels.includes('?') ? '&' : '?';
    const found = await read(`${data.labels}${separator}codes=${missing.join(',')}`);
    for (const item of found.items) named.set(item.code, item);
  };
  const nameSingles = async () => {
    const singles = [...shown.values()].filter((entry) => entry.cluster.members.length === 1);
    try {
      await learn(singles.map((entry) => codeOf(entry.cluster.members[0])));
    } catch {
      return; // The code stays the spoken name; a popup asks again.
    }
    for (const entry of singles) describe(entry.marker, labelOf(entry.cluster));
  };

  // ---- popups ----
  const card = (item) => {
    const box = element('div', 'pop__item');
    const head = element('h3');
    const link = element('a', '', item.name);
    link.href = item.url;
    head.append(link);
    box.append(head);
    if (item.enterprise) box.append(element('p', '', item.enterprise));
    const chips = element('p', 'chips');
    for (const badge of item.badges) chips.append(element('span', 'chip chip--line', badge));
    box.append(chips, element('p', 'note', `${item.unit} · ${item.code}`));
    return box;
  };
  const show = async (cluster, marker, byKeyboard) => {
    const codes = cluster.members.map(codeOf);
    const body = element('div', 'pop');
    body.append(element('p', 'note', words.loading));
    const popup = L.popup({ minWidth: 220 * scale, maxWidth: 300 * scale, maxHeight: 320, offset: [0, -8], autoPan: true })
      .setLatLng(marker.getLatLng()).setContent(body).openOn(map);
    popup.getElement()?.querySelector('.leaflet-popup-close-button')?.setAttribute('aria-label', words.close);
    popup.once('remove', () => byKeyboard && marker.getElement()?.focus());
    try {
      await learn(codes);
      body.replaceChildren();
      if (codes.length > 1) body.append(element('p', 'note', fill(words.here, { n: codes.length })));
      for (const code of codes) if (named.has(code)) body.append(card(named.get(code)));
    } catch {
      body.replaceChildren(element('p', 'note', words.failed));
    }
    popup.update();
    if (byKeyboard) body.querySelector('a')?.focus();
  };
  const activate = (cluster, marker, event) => {
    const byKeyboard = event.type === 'keydown';
    const closest = map.getZoom() >= map.getMaxZoom();
    if (cluster.members.length === 1 || cluster.samePlace || closest) {
      show(cluster, marker, byKeyboard);
      return;
    }
    map.once('moveend', () => {
      if (!byKeyboard) return;
      const near = [...shown.values()].find((entry) => entry.cluster.members.includes(cluster.members[0]));
      near?.marker.getElement()?.focus();
    });
    const target = map.getBoundsZoom(cluster.bounds, false, L.point(60, 60));
    map.setView([(cluster.bounds[0][0] + cluster.bounds[1][0]) / 2, (cluster.bounds[0][1] + cluster.bounds[1][1]) / 2],
      Math.min(Math.max(target, map.getZoom() + 1), map.getMaxZoom()), { animate: !still });
  };

  // ---- list and map light each other ----
  document.querySelectorAll('.list [data-code]').forEach((row) => {
    const light = (on) => {
      const id = owner.get(Number(row.dataset.code.slice(3)));
      shown.get(id)?.marker.getElement()?.classList.toggle('is-lit', on);
    };
    row.addEventListener('mouseenter', () => light(true));
    row.addEventListener('mouseleave', () => light(false));
    row.addEventListener('focusin', () => light(true));
    row.addEventListener('focusout', () => light(false));
  });

  // ---- a district's name goes to the emptiest spot inside it ----
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
  const covered = () => {
    const boxes = [...shown.values()].map(({ marker }) => {
      const at = map.latLngToContainerPoint(marker.getLatLng());
      const half = marker.options.icon.options.iconSize[0] / 2;
      return { x: at.x, y: at.y, w: half, h: half };
    });
    const frame = map.getContainer().getBoundingClientRect();
    const key = legend.getBoundingClientRect();
    boxes.push({ x: (key.left + key.right) / 2 - frame.left, y: (key.top + key.bottom) / 2 - frame.top, w: key.width / 2, h: key.height / 2 });
    return boxes;
  };
  let naming = 0;
  const nameSoon = () => {
    // Names wait until clicks are answered: the search for a free spot takes some frames.
    if (naming || !points) return;
    const later = window.requestIdleCallback || ((task) => window.setTimeout(task, 50));
    naming = later(placeNames, { timeout: 300 });
  };
  const placeNames = () => {
    naming = 0;
    const size = map.getSize();
    const boxes = covered();
    for (const { marker, layer: area, home } of nameMarkers) {
      const icon = marker.getElement();
      if (!icon) continue;
      const rings = area.getLatLngs().flat().map((ring) => ring.map((at) => map.latLngToContainerPoint(at)));
      const start = map.latLngToContainerPoint([home[1], home[0]]);
      const w = icon.firstChild.offsetWidth / 2 + 2;
      const h = icon.firstChild.offsetHeight / 2;
      const xs = rings[0].map((at) => at.x);
      const ys = rings[0].map((at) => at.y);
      const range = [Math.max(w, Math.min(...xs)), Math.min(size.x - w, Math.max(...xs)), Math.max(h, Math.min(...ys)), Math.min(size.y - h, Math.max(...ys))];
      const step = Math.max(8, (range[1] - range[0]) / 24);
      let best = start;
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
      boxes.push({ x: best.x, y: best.y, w, h });
      marker.setLatLng(map.containerPointToLatLng(best));
    }
  };

  // ---- layers, zoom, address ----
  const layers = document.getElementById('layers');
  layers.addEventListener('change', (event) => {
    const { value, checked } = event.target;
    if (value === 'shade') {
      shaded = checked;
      districts.setStyle(districtStyle);
    } else if (value === 'names') {
      map.getPane('names').hidden = !checked;
    } else if (checked) {
      context.addTo(map).bringToBack();
    } else {
      context.remove();
    }
  });
  legend.addEventListener('toggle', () => nameSoon());
  const fade = () => {
    const now = map.getZoom() >= FAINT_FROM;
    if (now === faint) return;
    faint = now;
    districts.setStyle(districtStyle);
    legend.classList.toggle('is-faint', faint);
  };
  fade();
  map.on('zoomend', () => {
    fade();
    regroup();
  });
  map.on('moveend', () => {
    draw();
    if (!moved) return;
    const { lat, lng } = map.getCenter();
    const hash = `#${map.getZoom()}/${lat.toFixed(5)}/${lng.toFixed(5)}`;
    window.history.replaceState(null, '', window.location.pathname + window.location.search + hash);
  });
  map.on('dragstart zoomstart', () => { moved = true; });
  map.on('resize', () => !moved && fitted());
  // Large text and a legend of filters change the map's room without changing the window.
  new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(map.getContainer());
  window.addEventListener('hashchange', () => position() && goThere());

  // ---- years ----
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
  const use = (columns) => {
    for (const { marker } of shown.values()) layer.removeLayer(marker);
    shown.clear();
    points = Clusters.decode(columns);
    regroup();
  };
  const stand = async () => {
    const value = Number(year.value);
    try {
      const columns = await atYear(value);
      if (Number(year.value) !== value) return;
      use(columns);
      stock.replaceChildren(element('b', '', String(value)), ` ${fill(words.stock, { n: columns.count })}`);
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

  // ---- go ----
  first.then((columns) => {
    use(columns);
    root.dataset.map = 'ready';
  }).catch(() => tell(words.failed));
})();
