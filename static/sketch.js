// The map's first picture: the districts that the page brought, and the clusters on them, drawn without Leaflet,
// in the places where Leaflet will draw them. A click is answered at once: clusters are zoomed to here, a project
// that was asked for opens when Leaflet is there. Leaflet comes when this picture has been shown, and takes over
// when nobody is in the middle of something.

const drawSketch = () => {
  'use strict';

  const NARROW = 700; // Pixels of a map that has no room for margins.
  const ROOMY = { x: 56, y: 33 }; // rem of a map that has room for an open legend.
  const ZOOMING = 250; // Milliseconds, as in Leaflet.

  const box = document.getElementById('sketch');
  const drawing = box.querySelector('svg');
  const marks = document.getElementById('sketch-marks');
  const legend = document.getElementById('legend');
  const data = JSON.parse(document.getElementById('map-data').textContent);
  const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;

  // What takes room from the map folds before the map is measured.
  if (!window.matchMedia('(min-width: 64em)').matches) document.getElementById('more').open = false;
  const remOf = () => parseFloat(getComputedStyle(document.documentElement).fontSize);
  const sizeOf = () => ({ x: box.clientWidth, y: box.clientHeight });
  let rem = remOf();
  let size = sizeOf();
  const isRoomy = size.x >= ROOMY.x * rem && size.y >= ROOMY.y * rem;
  if (!isRoomy) legend.open = false;

  // The chosen districts, or the whole city, beside an open legend.
  const fitted = (bounds, room, key) => {
    const edge = room.x < NARROW ? 4 : 14;
    return MapView.fit(bounds, room, { left: edge, top: edge, right: edge + key, bottom: edge }, data.zooms);
  };
  const home = (room) => fitted(data.focus, room, legend.open && room.x >= ROOMY.x * rem ? legend.offsetWidth : 0);
  const whole = (room) => fitted(data.city, room, 0);

  const limited = ({ centre, zoom }) => ({ centre, zoom: Math.min(Math.max(zoom, data.zooms[0]), data.zooms[1]) });
  const given = MapView.named(window.location.hash);
  let view = given ? limited(given) : home(size);
  let moved = Boolean(given);
  let source = null;
  let clusters = [];

  // ---- drawing ----
  // Whole pixels, rounded where Leaflet rounds.
  const originOf = ({ centre, zoom }) => {
    const { x, y } = MapView.project(centre, zoom);
    return { x: Math.round(x - size.x / 2), y: Math.round(y - size.y / 2) };
  };
  const placeOf = (place, zoom, origin) => {
    const { x, y } = MapView.project(place, zoom);
    return { x: Math.round(x) - origin.x, y: Math.round(y) - origin.y };
  };
  const put = (element, { x, y }) => { element.style.transform = `translate(${x}px, ${y}px)`; };

  // The drawing's frame in a view: left, top, width, height.
  const frameOf = (shown) => {
    const [southWest, northEast] = data.city.map((corner) => MapView.project(corner, shown.zoom));
    const origin = originOf(shown);
    return { x: southWest.x - origin.x, y: northEast.y - origin.y, width: northEast.x - southWest.x, height: southWest.y - northEast.y };
  };

  const focused = () => clusters.find(({ element }) => element === document.activeElement);
  const draw = () => {
    const frame = frameOf(view);
    drawing.style.left = `${frame.x}px`;
    drawing.style.top = `${frame.y}px`;
    drawing.style.width = `${frame.width}px`;
    drawing.style.height = `${frame.height}px`;
    drawing.style.transform = '';
    const origin = originOf(view);
    const scale = rem / 16;
    const found = source?.at(view, size, scale);
    if (!found) {
      for (const { cluster, element } of clusters) put(element, placeOf([cluster.lat, cluster.lon], view.zoom, origin));
      if (source) load();
      return;
    }
    const isSeen = ({ x, y }) => x > -size.x / 4 && y > -size.y / 4 && x < size.x * 1.25 && y < size.y * 1.25;
    const held = focused()?.cluster;
    clusters = found
      .map((cluster) => ({ cluster, place: placeOf([cluster.lat, cluster.lon], view.zoom, origin) }))
      .filter(({ place }) => isSeen(place));
    const looks = clusters.map(({ cluster }) => MapMarks.look(cluster, scale));
    // oxlint-disable-next-line no-restricted-properties -- A look holds numbers and names of our own, no text of people.
    marks.innerHTML = looks.map((look) => `<div class="${look.className}">${look.html}</div>`).join('');
    clusters.forEach((entry, i) => {
      const element = marks.children[i];
      const { size: across } = looks[i];
      element.style.width = element.style.height = `${across}px`;
      element.style.margin = `${-across / 2}px`;
      put(element, entry.place);
      MapMarks.describe(element, MapMarks.words(entry.cluster, data, () => null));
      entry.element = element;
    });
    // The focus goes on with what is nearest.
    if (held) MapMarks.nearest(clusters, held)?.element.focus({ preventScroll: true });
  };
  // While marks stand here Leaflet waits for those that take their place. It asks again for what did not come.
  const load = async () => {
    isLoading = true;
    let isThere = true;
    await source.load(view, size, rem / 16).catch(() => { isThere = false; });
    isLoading = false;
    if (isThere && !isZooming && box.isConnected) draw();
    rest();
  };

  // ---- what a reader does before Leaflet is there ----
  let asked = null;
  let isPressed = false;
  let isZooming = false;
  let isLoading = false;
  let waiting = null;
  const rest = () => {
    if (!waiting || isPressed || isZooming || (isLoading && clusters.length)) return;
    const next = waiting;
    waiting = null;
    next();
  };

  const zoomTo = (target) => {
    asked = null;
    moved = true;
    isZooming = true;
    source.load(target, size, rem / 16).catch(() => {});
    const [from, to] = [frameOf(view), frameOf(target)];
    const origin = originOf(target);
    if (!still) {
      box.classList.add('is-zooming');
      drawing.style.transform = `translate(${to.x - from.x}px, ${to.y - from.y}px) scale(${to.width / from.width})`;
      for (const { cluster, element } of clusters) put(element, placeOf([cluster.lat, cluster.lon], target.zoom, origin));
    }
    window.setTimeout(() => {
      view = target;
      isZooming = false;
      box.classList.remove('is-zooming');
      draw();
      window.history.replaceState(null, '', window.location.pathname + window.location.search + MapView.address(view));
      rest();
    }, still ? 0 : ZOOMING);
  };

  const activate = (event) => {
    const element = event.target.closest('.cl, .pt');
    const entry = clusters.find((one) => one.element === element);
    if (!entry) return;
    event.preventDefault();
    if (isZooming) return;
    const { cluster } = entry;
    if (MapMarks.opens(cluster, view.zoom, data.zooms[1])) {
      asked?.element.classList.remove('is-lit');
      element.classList.add('is-lit');
      asked = { id: cluster.id, element, byKeyboard: event.type === 'keydown' };
    } else {
      zoomTo(MapView.into(cluster, size, view.zoom, data.zooms));
    }
  };
  marks.addEventListener('click', activate);
  marks.addEventListener('keydown', (event) => { if (MapMarks.isPress(event)) activate(event); });
  const press = (event) => {
    isPressed = event.type === 'pointerdown' && event.button === 0;
    // The click comes after the release.
    if (!isPressed) window.setTimeout(rest, 0);
  };
  box.addEventListener('pointerdown', press);
  for (const type of ['pointerup', 'pointercancel']) window.addEventListener(type, press);

  const followAddress = () => {
    const wanted = MapView.named(window.location.hash);
    if (!wanted || isZooming) return;
    view = limited(wanted);
    moved = true;
    draw();
  };
  window.addEventListener('hashchange', followAddress);
  // A window that turns, text that grows, a legend that folds.
  const room = new ResizeObserver(() => {
    const now = sizeOf();
    if (now.x === size.x && now.y === size.y && remOf() === rem) return;
    size = now;
    rem = remOf();
    if (!moved) view = home(size);
    if (!isZooming) draw();
  });
  room.observe(box);

  // ---- handing over ----
  const whenQuiet = (task) => {
    waiting = task;
    rest();
  };
  // Takes the picture away. Tells what the reader had got to: the view, whether it is the reader's own, the ids of
  // the cluster that holds the focus and of the one that was asked for.
  const leave = () => {
    const holder = focused()?.cluster.id;
    room.disconnect();
    for (const type of ['pointerup', 'pointercancel']) window.removeEventListener(type, press);
    window.removeEventListener('hashchange', followAddress);
    box.remove();
    // Who has gone on to something else is not fetched back.
    return { view, moved, focused: holder, asked: asked && { ...asked, byKeyboard: asked.byKeyboard && holder === asked.id } };
  };

  // ---- go ----
  if (data.tiles) source = MapTiles.source(data);
  else if (window.registryPoints) source = Clusters.held(window.registryPoints, data.city);
  draw();
  document.documentElement.dataset.map = 'drawn';
  return { data, home, whole, source, whenQuiet, leave, still, get scale() { return rem / 16; } };
};

let Sketch = null;
(() => {
  'use strict';

  const { rest } = document.currentScript.dataset;
  const fail = () => {
    const note = document.getElementById('map-note');
    note.textContent = Sketch.data.words.failed;
    note.hidden = false;
  };
  // Leaflet, then what is drawn with it: each a script of its own, so that the browser can answer in between.
  const load = () => {
    for (const address of rest.split(' ')) {
      const script = document.createElement('script');
      script.src = address;
      script.async = false;
      script.addEventListener('error', fail);
      document.body.append(script);
    }
  };
  const begin = () => {
    Sketch = drawSketch();
    requestAnimationFrame(() => window.setTimeout(load, 0));
  };
  // The map's room depends on the size of text and on what shows with scripts only: size.js comes first. If it
  // never comes, the page is the one without scripts.
  if (document.documentElement.classList.contains('has-script')) begin();
  else document.getElementById('size-script').addEventListener('load', begin);
})();
