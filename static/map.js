// The district map: looks for the folium shell, clusters from the points endpoint, year strip, links with
// the list. It takes over from the first picture (sketch.js) where that stands. Texts come from the page's
// JSON block or from the labels endpoint and are set as textContent.
//
// Districts and clusters come first, so that the picture stays; names, controls and spoken names of single
// markers follow when the browser is idle.

const drawMap = (read) => {
  'use strict';

  const { data, scale, still } = Sketch;
  const words = data.words;
  const root = document.documentElement;
  const rootStyle = getComputedStyle(root);
  const tokens = new Map();
  for (const name of ['1', '2', '3', '4', 'none', 'line', 'border', 'context', 'context-line']) {
    tokens.set(`--map-${name}`, rootStyle.getPropertyValue(`--map-${name}`).trim());
  }
  const token = (name) => tokens.get(name);
  window.registryShell();
  const { map, districts, context } = window.registryMap;
  const FAINT_FROM = 12;
  const MAX_NAMED = 100;
  const { fill } = MapMarks;
  const element = (tag, className, text) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    // A Chinese name on an English page says so.
    if (document.documentElement.lang === 'en' && /[\u3400-\u9fff]/.test(text)) made.lang = 'zh';
    return made;
  };
  const note = document.getElementById('map-note');
  const tell = (text) => {
    note.textContent = text;
    note.hidden = !text;
  };

  // ---- districts, neighbours ----
  let faint = false;
  // A reader may have used the boxes before Leaflet came, and browsers restore them.
  const layers = document.getElementById('layers');
  const isWanted = (name) => layers.querySelector(`[value=${name}]`).checked;
  let shaded = isWanted('shade');
  const districtStyle = (feature) => {
    const shade = data.districts[feature.properties.adcode].shade;
    return {
      fillColor: !shaded ? token('--map-none') : shade ? token(`--map-${shade}`) : 'url(#hatch)',
      fillOpacity: faint ? 0.4 : 1,
      color: token('--map-line'),
      weight: 1,
    };
  };
  // Nothing is drawn before the first view is set, so no path has to be drawn twice; the neighbours come later.
  context.remove();
  const drawNeighbours = () => {
    context.later();
    context.eachLayer((layer) => { layer.options.interactive = false; });
    context.setStyle({
      fillColor: token('--map-context'), fillOpacity: window.registryMap.base ? 0 : 1, color: token('--map-context-line'), weight: 1,
    });
    if (isWanted('context')) context.addTo(map).bringToBack();
  };
  districts.setStyle(districtStyle);
  districts.eachLayer((layer) => {
    const { href } = data.districts[layer.feature.properties.adcode];
    layer.on('mouseover', () => layer.setStyle({ weight: 2.5, color: token('--map-border') }).bringToFront());
    layer.on('mouseout', () => layer.setStyle(districtStyle(layer.feature)));
    layer.on('click', () => window.location.assign(href + window.location.hash));
  });
  map.createPane('names').style.zIndex = 450;
  map.getPane('names').style.pointerEvents = 'none';
  map.getPane('names').hidden = !isWanted('names');

  // ---- first view: the one that the picture shows ----
  const legend = document.getElementById('legend');
  const before = Sketch.leave();
  let { moved } = before;
  const go = ({ centre, zoom }) => map.setView(centre, zoom, { animate: false });
  const fitted = () => go(Sketch.home(map.getSize()));
  go(before.view);

  // ---- clusters and markers ----
  const english = root.lang.startsWith('en');
  let { points } = Sketch;
  let clusters = [];
  let owner = null;
  const shown = new Map();
  const named = new Map();
  const layer = L.layerGroup().addTo(map);
  const codeOf = (i) => MapMarks.codeOf(points, i);
  const iconOf = (cluster) => {
    const { className, size, html } = MapMarks.look(cluster, points, scale);
    return L.divIcon({ className, iconSize: [size, size], html });
  };
  const describe = ({ cluster, marker }) => {
    const icon = marker.getElement();
    if (icon) MapMarks.describe(icon, MapMarks.words(cluster, points, data, (code) => named.get(code)?.name));
  };

  const rowOf = (code) => document.querySelector(`.list [data-code$="-${code}"]`);
  const make = (cluster) => {
    const single = cluster.n === 1;
    const marker = L.marker([cluster.lat, cluster.lon], { icon: iconOf(cluster), riseOnHover: true });
    marker.on('click', (event) => activate(cluster, marker, event));
    marker.on('keydown', (event) => {
      if (!MapMarks.isPress(event.originalEvent)) return;
      event.originalEvent.preventDefault();
      activate(cluster, marker, event);
    });
    if (single) {
      const code = codeOf(cluster.first);
      marker.on('mouseover focus', () => rowOf(code)?.classList.add('is-lit'));
      marker.on('mouseout blur', () => rowOf(code)?.classList.remove('is-lit'));
    }
    layer.addLayer(marker);
    describe({ cluster, marker });
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
    nameSoon();
  };
  const regroup = () => {
    if (!points) return;
    clusters = Clusters.at(points, map.getZoom(), scale);
    owner = null;
    draw();
  };
  // The marker that stands for a project, if it is on screen; worked out when somebody first asks.
  const markerOf = (code) => {
    if (!points) return undefined;
    if (!owner) {
      owner = new Map();
      for (const cluster of clusters) for (const i of cluster.members) owner.set(points.code(i), cluster.id);
    }
    return shown.get(owner.get(code))?.marker.getElement();
  };

  // Names of the single markers on screen, so that each has a spoken name.
  const learn = async (codes) => {
    const missing = codes.filter((code) => !named.has(code)).slice(0, MAX_NAMED);
    if (!missing.length) return;
    const separator = data.labels.includes('?') ? '&' : '?';
    const found = await read(`${data.labels}${separator}codes=${missing.join(',')}`);
    for (const item of found.items) named.set(item.code.split('-').pop(), item);
  };
  const nameSingles = async () => {
    const singles = [...shown.values()].filter((entry) => entry.cluster.n === 1);
    try {
      await learn(singles.map((entry) => codeOf(entry.cluster.first)));
    } catch {
      return; // The code stays the spoken name; a popup asks again.
    }
    for (const entry of singles) describe(entry);
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
    if (MapMarks.opens(cluster, map.getZoom(), map.getMaxZoom())) {
      show(cluster, marker, byKeyboard);
      return;
    }
    map.once('moveend', () => {
      if (!byKeyboard) return;
      const near = [...shown.values()].find((entry) => entry.cluster.members.includes(cluster.first));
      near?.marker.getElement()?.focus();
    });
    zoomTo(MapView.into(cluster, map.getSize(), map.getZoom(), data.zooms));
  };
  // Leaflet begins a zoom one frame after it was asked to; the answer to a click begins at once.
  const zoomTo = ({ centre, zoom }) => {
    const near = Math.abs(zoom - map.getZoom()) <= map.options.zoomAnimationThreshold;
    if (!still && near && map._zoomAnimated && !map._animatingZoom) {
      map._stop();
      map._moveStart(true, false)._animateZoom(L.latLng(centre), zoom, true);
    } else {
      map.setView(centre, zoom, { animate: !still });
    }
  };

  // ---- list and map light each other ----
  const light = (event) => {
    const row = event.target.closest?.('.list [data-code]');
    const left = event.relatedTarget;
    if (!row || (left instanceof Node && row.contains(left))) return;
    markerOf(Number(row.dataset.code.split('-').pop()))?.classList.toggle('is-lit', event.type === 'mouseover' || event.type === 'focusin');
  };
  for (const type of ['mouseover', 'mouseout', 'focusin', 'focusout']) document.addEventListener(type, light);

  // ---- layers, zoom, address ----
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
    const hash = MapView.address({ centre: [lat, lng], zoom: map.getZoom() });
    window.history.replaceState(null, '', window.location.pathname + window.location.search + hash);
  });
  map.on('dragstart zoomstart', () => { moved = true; });
  map.on('resize', () => !moved && fitted());
  window.addEventListener('hashchange', () => {
    const wanted = MapView.named(window.location.hash);
    if (wanted) go(wanted);
  });

  // ---- what may wait until clicks are answered ----
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
  const idle = window.requestIdleCallback || ((task) => window.setTimeout(task, 50));
  let placeNames = null;
  let naming = 0;
  const nameSoon = () => {
    if (!naming && points) naming = idle(nameNow, { timeout: 300 });
  };
  const nameNow = () => {
    naming = 0;
    nameSingles();
    if (!placeNames) {
      L.control.zoom({ position: 'topleft', zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
      drawNeighbours();
      placeNames = AreaNames.write(window.registryMap, data.districts, english);
      // Large text and a legend of filters change the map's room without changing the window.
      new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(map.getContainer());
    }
    placeNames(covered());
  };

  // ---- go ----
  const use = (columns) => {
    for (const { marker } of shown.values()) layer.removeLayer(marker);
    shown.clear();
    points = Clusters.decode(columns, data.city);
    regroup();
  };
  const isReady = () => { root.dataset.map = 'ready'; };
  YearStrip.begin({ data, still, fill, read, use, tell });
  if (points) {
    regroup();
    shown.get(before.focused)?.marker.getElement().focus({ preventScroll: true });
    const asked = shown.get(before.asked?.id);
    if (asked) show(asked.cluster, asked.marker, before.asked.byKeyboard);
    if (moved) map.fire('moveend');
    isReady();
  } else {
    read(data.points).then(use).then(isReady).catch(() => tell(words.failed));
  }
};

// Without Leaflet the first picture stays; sketch.js has said so.
if (window.L) {
  Sketch.whenQuiet(() => drawMap(async (url) => {
    const response = await fetch(url);
    if (!response.ok) throw new Error(String(response.status));
    return response.json();
  }));
}
