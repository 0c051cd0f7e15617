// The district map: looks for the folium shell, clusters from a source (clusters.js), year strip, links with the
// list. It takes over from the first picture (sketch.js) where that stands. Texts come from the page's
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
    const { shade } = data.districts[feature.properties.adcode];
    const isEmpty = shade < 0;
    return {
      fillColor: !shaded || isEmpty ? token('--map-none') : shade ? token(`--map-${shade}`) : 'url(#hatch)',
      fillOpacity: faint ? 0.4 : 1,
      color: token('--map-line'),
      weight: 1,
      dashArray: isEmpty ? '4 3' : null,
    };
  };
  // The chosen districts have a strong line on a white gap; the others keep shade and name.
  map.createPane('chosen').style.zIndex = 420;
  map.getPane('chosen').style.pointerEvents = 'none';
  const outlines = L.layerGroup().addTo(map);
  const outline = () => {
    outlines.clearLayers();
    districts.eachLayer((area) => {
      if (!data.districts[area.feature.properties.adcode].chosen) return;
      for (const [color, weight] of [['#fff', 6], [token('--map-border'), 3]]) {
        const line = { pane: 'chosen', interactive: false, fill: false, color, weight };
        outlines.addLayer(L.geoJSON(area.feature, { pane: 'chosen', interactive: false, style: line }));
      }
    });
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
    const code = layer.feature.properties.adcode;
    layer.on('mouseover', () => layer.setStyle({ weight: 2.5, color: token('--map-border') }).bringToFront());
    layer.on('mouseout', () => layer.setStyle(districtStyle(layer.feature)));
    layer.on('click', () => choose(data.districts[code].href));
  });
  map.createPane('names').style.zIndex = 450;
  map.getPane('names').style.pointerEvents = 'none';
  map.getPane('names').hidden = !isWanted('names');

  // ---- first view: the one that the picture shows ----
  const legend = document.getElementById('legend');
  const before = Sketch.leave();
  let { moved } = before;
  // A view that the page chose is no view of the reader's: it does not go into the address.
  let isSteered = false;
  const go = ({ centre, zoom }, options = { animate: false }) => {
    isSteered = true;
    map.setView(centre, zoom, options);
    if (!options.animate) isSteered = false;
  };
  const fitted = (options) => go(Sketch.home(map.getSize()), options);
  go(before.view);
  outline();

  // ---- clusters and markers ----
  const english = root.lang.startsWith('en');
  let { source } = Sketch;
  let clusters = [];
  let pursued = null;
  const shown = new Map();
  const named = new Map();
  const layer = L.layerGroup().addTo(map);
  const { codeOf } = MapMarks;
  const iconOf = (cluster) => {
    const { className, size, html } = MapMarks.look(cluster, scale);
    return L.divIcon({ className, iconSize: [size, size], html });
  };
  const describe = ({ cluster, marker }) => {
    const icon = marker.getElement();
    if (icon) MapMarks.describe(icon, MapMarks.words(cluster, data, (code) => named.get(code)?.name));
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
      const code = codeOf(cluster);
      marker.on('mouseover focus', () => rowOf(code)?.classList.add('is-lit'));
      marker.on('mouseout blur', () => rowOf(code)?.classList.remove('is-lit'));
    }
    layer.addLayer(marker);
    describe({ cluster, marker });
    return marker;
  };

  const draw = () => {
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
    keepClear();
    nameSoon();
    // The focus goes on with what is nearest to the cluster that a key has opened.
    if (pursued) MapMarks.nearest(shown.values(), pursued)?.marker.getElement().focus();
    pursued = null;
  };
  // A mark never lies under the buttons: one that would is drawn beside them.
  const keepClear = () => {
    const buttons = map.getContainer().querySelector('.leaflet-control-zoom');
    if (!buttons) return;
    const frame = map.getContainer().getBoundingClientRect();
    const taken = buttons.getBoundingClientRect();
    const [right, bottom] = [taken.right - frame.left, taken.bottom - frame.top];
    for (const { marker } of shown.values()) {
      const icon = marker.getElement();
      const half = marker.options.icon.options.iconSize[0] / 2;
      const at = map.latLngToContainerPoint(marker.getLatLng());
      const isUnder = at.x + half > 0 && at.y + half > 0 && at.x - half < right && at.y - half < bottom;
      icon.style.marginLeft = `${isUnder ? right + 4 - at.x : -half}px`;
    }
  };
  const windowNow = () => {
    const { lat, lng } = map.getCenter();
    return [{ centre: [lat, lng], zoom: map.getZoom() }, map.getSize(), scale];
  };
  // Draws what the window needs, at once where it is there. Until it comes, and where it does not, the marks before
  // it stay.
  const regroup = async () => {
    const [mine, wanted] = [source, windowNow()];
    const found = mine?.at(...wanted, MapPrint.isPaper());
    if (found) {
      clusters = found;
      draw();
      return;
    }
    try {
      await mine?.load(...wanted);
    } catch {
      pursued = null;
      if (mine === source) tell(words.failed);
      return;
    }
    if (!mine || mine !== source) return;
    tell('');
    await regroup();
  };
  // The marker that stands for a project, if it is on screen.
  const markerOf = (code) => shown.get(source?.of(code)?.id)?.marker.getElement();

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
      await learn(singles.map((entry) => codeOf(entry.cluster)));
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
  // The projects of a cluster, up to what one answer holds, how many there are, and the list of them all.
  const inside = async (cluster) => {
    if (cluster.n === 1) {
      await learn([codeOf(cluster)]);
      return { items: [named.get(codeOf(cluster))].filter(Boolean), count: 1 };
    }
    const [[south, west], [north, east]] = cluster.bounds;
    const query = new URL(data.tiles ?? data.points, window.location.href).searchParams;
    // Places are rounded to steps of 1e-5 degrees.
    query.set('bbox', [west - 5e-6, south - 5e-6, east + 5e-6, north + 5e-6].map((degrees) => degrees.toFixed(6)).join(','));
    const found = await read(`${data.labels.split('?')[0]}?${query}`);
    return { ...found, href: `${data.list}?${query}` };
  };
  const show = async (cluster, marker, byKeyboard) => {
    const body = element('div', 'pop');
    body.append(element('p', 'note', words.loading));
    const popup = L.popup({ minWidth: 220 * scale, maxWidth: 300 * scale, maxHeight: 320, offset: [0, -8], autoPan: true })
      .setLatLng(marker.getLatLng()).setContent(body).openOn(map);
    popup.getElement()?.querySelector('.leaflet-popup-close-button')?.setAttribute('aria-label', words.close);
    popup.on('remove', () => byKeyboard && marker.getElement()?.focus());
    try {
      const { items, count, href } = await inside(cluster);
      body.replaceChildren();
      if (cluster.n > 1) body.append(element('p', 'note', fill(words.here, { n: count })));
      for (const item of items) body.append(card(item));
      if (count > items.length) {
        const more = element('a', '', fill(words.more, { n: count - items.length }));
        more.href = href;
        body.append(more);
      }
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
    if (byKeyboard) pursued = cluster;
    const target = MapView.into(cluster, map.getSize(), map.getZoom(), data.zooms);
    // What is there when the map arrives need not be waited for.
    source.load(target, map.getSize(), scale).catch(() => {});
    zoomTo(target);
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

  // Escape closes what is open over the page, wherever the focus is in it.
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    map.closePopup();
    document.getElementById('extra').open = false;
  });

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
  map.on('zoomend', fade);
  map.on('moveend', () => {
    regroup();
    isSteered = false;
    if (!moved) return;
    const { lat, lng } = map.getCenter();
    const hash = MapView.address({ centre: [lat, lng], zoom: map.getZoom() });
    window.history.replaceState(null, '', window.location.pathname + window.location.search + hash);
  });
  map.on('dragstart zoomstart', () => { moved ||= !isSteered; });
  map.on('resize', () => {
    if (MapPrint.isPaper()) go(Sketch.whole(map.getSize()));
    else if (!moved) fitted();
  });
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
    for (const over of [legend, map.getContainer().querySelector('.leaflet-control-zoom')]) {
      const taken = over.getBoundingClientRect();
      boxes.push({ x: (taken.left + taken.right) / 2 - frame.left, y: (taken.top + taken.bottom) / 2 - frame.top, w: taken.width / 2, h: taken.height / 2 });
    }
    return boxes;
  };
  const idle = window.requestIdleCallback || ((task) => window.setTimeout(task, 50));
  let placeNames = null;
  let naming = 0;
  const nameSoon = () => {
    if (!naming && source) naming = idle(nameNow, { timeout: 300 });
  };
  const nameNow = () => {
    naming = 0;
    nameSingles();
    if (!placeNames) {
      L.control.zoom({ position: 'topleft', zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
      addWhole(map.getContainer().querySelector('.leaflet-control-zoom'));
      MapHere.offer(map, map.getContainer().querySelector('.leaflet-control-zoom'), districts.getBounds(), words, tell);
      keepClear();
      drawNeighbours();
      placeNames = AreaNames.write(window.registryMap, () => data.districts, english);
      // Large text and a legend of filters change the map's room without changing the window.
      new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(map.getContainer());
    }
    placeNames(covered());
  };

  // The whole city in the map's room, and in the list when a district was chosen.
  const addWhole = (buttons) => {
    const whole = element('a', 'zoomall', words.whole);
    whole.href = '#map';
    whole.setAttribute('role', 'button');
    L.DomEvent.disableClickPropagation(whole);
    L.DomEvent.on(whole, 'click', (event) => {
      event.preventDefault();
      const link = document.querySelector('#live-legend [data-live=whole]');
      if (Object.values(data.districts).some(({ chosen }) => chosen)) choose(link.href);
      else home();
    });
    buttons.append(whole);
  };
  const home = () => {
    moved = false;
    window.history.replaceState(null, '', window.location.pathname + window.location.search);
    fitted({ animate: !still });
  };

  // ---- other views of this page ----
  const sourceOf = async (of) => (of.tiles ? MapTiles.source(of) : Clusters.held(await read(of.points), of.city));
  const use = (next) => {
    for (const { marker } of shown.values()) layer.removeLayer(marker);
    shown.clear();
    source = next;
    regroup();
  };
  let stood = window.location.pathname + window.location.search;
  let turn = 0;
  const narrow = window.matchMedia('(max-width: 63.99em)');
  // Takes the page at an address in; answers whether it stands here now.
  const showPage = async (address, { replaces = false, back = false } = {}) => {
    const target = new URL(address, window.location.href);
    target.hash = '';
    turn += 1;
    const mine = turn;
    try {
      const next = await MapLive.page(target.href);
      if (!next) return false;
      const fresh = JSON.parse(next.getElementById('map-data').textContent);
      // A record that has grown too large meanwhile, or has not remained so, needs other scripts.
      if (!fresh.tiles !== !data.tiles) {
        window.location.assign(address);
        return false;
      }
      const coming = await sourceOf(fresh);
      await coming.load(...windowNow());
      // A later question has been answered meanwhile, or will be.
      if (mine !== turn) return false;
      const isElsewhere = String(fresh.focus) !== String(data.focus);
      Object.assign(data, fresh);
      if (!back) window.history[replaces ? 'replaceState' : 'pushState'](null, '', target.pathname + target.search + (replaces && moved ? window.location.hash : ''));
      stood = target.pathname + target.search;
      MapLive.take(next);
      map.closePopup();
      districts.setStyle(districtStyle);
      outline();
      use(coming);
      // Names tell figures: they never lag behind the shades.
      if (placeNames) placeNames(covered());
      // The year strip leads to its own addresses.
      if (!replaces) follow(next.getElementById('year').value);
      if (isElsewhere || (!moved && !replaces)) home();
      nameSoon();
      document.getElementById('map-said').textContent = [document.getElementById('scope'), document.getElementById('list-h')].map((part) => part.textContent).join(' ');
      tell('');
      return true;
    } catch {
      tell(words.failed);
      return false;
    }
  };
  const choose = async (href) => {
    if (!(await showPage(href))) return;
    if (narrow.matches) document.querySelector('.mapbox').scrollIntoView({ block: 'start' });
  };
  document.addEventListener('click', (event) => {
    const link = event.target.closest?.('a[data-live]');
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    choose(link.href);
  });
  window.addEventListener('popstate', () => {
    const now = window.location.pathname + window.location.search;
    if (now !== stood) showPage(now, { back: true });
  });

  // ---- go ----
  const isReady = () => { root.dataset.map = 'ready'; };
  const follow = YearStrip.begin({ data, still, show: showPage });
  let seenBefore = null;
  MapPrint.begin(map, legend, {
    fit: () => {
      const { lat, lng } = map.getCenter();
      seenBefore = { centre: [lat, lng], zoom: map.getZoom() };
      go(Sketch.whole(map.getSize()));
      if (placeNames) placeNames(covered());
    },
    back: () => (moved ? go(seenBefore) : fitted()),
  });
  const begin = async () => {
    try {
      source ??= await sourceOf(data);
    } catch {
      tell(words.failed);
      return;
    }
    await regroup();
    shown.get(before.focused)?.marker.getElement().focus({ preventScroll: true });
    const asked = shown.get(before.asked?.id);
    if (asked) show(asked.cluster, asked.marker, before.asked.byKeyboard);
    if (moved) map.fire('moveend');
    isReady();
  };
  begin();
};

// Without Leaflet the first picture stays; sketch.js has said so.
if (window.L) {
  Sketch.whenQuiet(() => drawMap(async (url) => {
    const response = await fetch(url);
    if (!response.ok) throw new Error(String(response.status));
    return response.json();
  }));
}
