// The place picker: one marker on the district map, tied to #lon, #lat and the radios name=system.
// A click or a drag writes WGS-84 degrees; typed coordinates move the marker after the server converted them.
'use strict';

(() => {
  const block = document.getElementById('place-data');
  const lon = document.getElementById('lon');
  const lat = document.getElementById('lat');
  if (!block || !lon || !lat || !window.registryMap) return;
  const { place, units, words } = JSON.parse(block.textContent);
  const { map, districts, context } = window.registryMap;
  const say = document.getElementById('place-say');
  const put = document.getElementById('place-put');
  const swap = document.getElementById('place-swap');
  const radios = [...document.querySelectorAll('input[name=system]')];
  const select = document.querySelector('select[name=system]');
  const locked = lon.disabled || lon.readOnly;
  const DEGREE = 110870;
  // Without a base map nothing but the boundaries tells where the marker is: they stay in the picture.
  const CLOSE = window.registryMap.base ? 13 : 10;

  document.getElementById('place').hidden = false;
  put.hidden = locked;
  const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const tell = (text, bad = false) => {
    say.textContent = text;
    say.classList.toggle('is-bad', bad);
  };

  // ---- the map ----
  map.createPane('names').style.zIndex = 450;
  map.getPane('names').style.pointerEvents = 'none';
  L.control.zoom({ position: 'topleft', zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
  context.setStyle(() => ({
    fillColor: token('--map-context'), fillOpacity: window.registryMap.base ? 0 : 1, color: token('--map-context-line'), weight: 1,
  }));
  districts.setStyle(() => ({
    fillColor: token('--map-2'), fillOpacity: window.registryMap.base ? 0.25 : 1, color: token('--map-line'), weight: 1,
  }));
  const english = document.documentElement.lang.startsWith('en');
  districts.eachLayer((layer) => {
    const { name, name_en: nameEnglish, label_point: home } = layer.feature.properties;
    const text = document.createElement('span');
    text.textContent = english ? nameEnglish.replace(/ (District|City)$/, '') : name;
    L.marker([home[1], home[0]], {
      pane: 'names', interactive: false, keyboard: false, icon: L.divIcon({ className: 'dl', html: text, iconSize: [0, 0] }),
    }).addTo(map);
  });
  const whole = () => map.fitBounds(districts.getBounds(), { padding: [6, 6], animate: false });
  map.invalidateSize({ animate: false });
  whole();

  // ---- the marker ----
  let marker = null;
  const show = (latitude, longitude, near = false) => {
    if (marker) {
      marker.setLatLng([latitude, longitude]);
    } else {
      marker = L.marker([latitude, longitude], {
        draggable: !locked, autoPan: true, keyboard: true, title: words.marker, alt: words.marker,
        icon: L.divIcon({
          className: 'pin', iconSize: [30, 36], iconAnchor: [15, 34],
          html: '<svg viewBox="0 0 30 36" aria-hidden="true" focusable="false"><path d="M15 34C10 26 3 21 3 13a12 12 0 0 1 24 0c0 8-7 13-12 21z"/><circle cx="15" cy="13" r="4.5"/></svg>',
        }),
      }).addTo(map);
      const pin = marker.getElement();
      pin.setAttribute('aria-label', words.marker);
      pin.setAttribute('aria-describedby', 'place-say');
      marker.on('dragend', () => write(marker.getLatLng()));
      pin.addEventListener('keydown', step);
    }
    if (near && map.getZoom() < CLOSE) map.setView([latitude, longitude], CLOSE, { animate: false });
    else if (!map.getBounds().contains([latitude, longitude])) map.panTo([latitude, longitude], { animate: false });
  };
  const hide = () => {
    marker?.remove();
    marker = null;
  };
  const STEPS = { ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
  function step(event) {
    const direction = STEPS[event.key];
    if (!direction || locked || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    const metres = event.shiftKey ? 100 : 10;
    const at = marker.getLatLng();
    const east = DEGREE * Math.cos((at.lat * Math.PI) / 180);
    const next = L.latLng(at.lat + (direction[1] * metres) / DEGREE, at.lng + (direction[0] * metres) / east);
    show(next.lat, next.lng);
    write(next);
  }

  // ---- inputs ----
  const fire = (input) => {
    for (const type of ['input', 'change']) input.dispatchEvent(new Event(type, { bubbles: true }));
  };
  const system = () => (select ? select.value : radios.find((radio) => radio.checked)?.value ?? '');
  let writing = false;
  let timer = 0;
  let asked = null;
  // How a position was come by, told with where it lies.
  let located = '';
  const set = (input, value) => {
    input.value = value;
    fire(input);
  };
  function write(at) {
    writing = true;
    if (select) set(select, 'WGS84');
    const own = radios.find((radio) => radio.value === 'WGS84');
    if (own && !own.checked) {
      own.checked = true;
      fire(own);
    }
    set(lon, at.lng.toFixed(6));
    set(lat, at.lat.toFixed(6));
    writing = false;
    // An answer on its way is about an older place.
    asked?.abort();
    later(150);
  }

  // ---- asking where it lies ----
  async function ask(near) {
    asked?.abort();
    swap.hidden = true;
    if (!lon.value.trim() || !lat.value.trim()) {
      hide();
      tell('');
      return;
    }
    if (!system()) {
      tell(words.chooseSystem);
      return;
    }
    asked = new AbortController();
    const query = new URLSearchParams({ lon: lon.value, lat: lat.value, system: system() });
    if (english) query.set('lang', 'en');
    try {
      const response = await fetch(`${place.split('?')[0]}?${query}`, { signal: asked.signal, headers: { Accept: 'application/json' } });
      const answer = await response.json();
      const said = answer.message ?? (response.status === 400 ? words.unread : words.failed);
      tell([said, located].filter(Boolean).join(english ? '. ' : '\u3002'), !answer.ok);
      swap.hidden = locked || !answer.swapped;
      if (answer.ok) show(answer.lat, answer.lon, near);
      else if (system() !== 'WGS84' || answer.swapped || !response.ok) hide();
    } catch (error) {
      if (error.name !== 'AbortError') tell(words.failed);
    }
  }
  function later(wait, near = false) {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => ask(near), wait);
  }
  for (const input of [lon, lat, ...radios, ...(select ? [select] : [])]) {
    input.addEventListener('input', () => {
      if (writing) return;
      located = '';
      later(400, true);
    });
  }

  // Map sites copy both figures as one text: each goes where it belongs (in this country a longitude is
  // always the larger one).
  const split = (input) => {
    const found = input.value.normalize('NFKC').match(/^\s*(\d{1,3}\.\d+)\s*[,;、\s]\s*(\d{1,3}\.\d+)\s*$/);
    const other = input === lon ? lat : lon;
    if (!found || (other.value.trim() && other.value.trim() !== input.value.trim())) return;
    const [smaller, larger] = found.slice(1).sort((one, two) => one - two);
    writing = true;
    set(lon, larger);
    set(lat, smaller);
    writing = false;
    ask(true);
  };

  if (!locked) {
    for (const input of [lon, lat]) {
      input.addEventListener('paste', () => setTimeout(() => split(input)));
      // `set` fires a change of its own.
      input.addEventListener('change', () => writing || split(input));
    }
    const click = (event) => {
      show(event.latlng.lat, event.latlng.lng);
      write(event.latlng);
    };
    map.on('click', click);
    // The first place of the marker: the middle of what the map shows, or of the chosen unit's district.
    const start = () => {
      const division = units[document.getElementById('unit')?.value];
      const found = districts.getLayers().find((layer) => layer.feature.properties.adcode === division);
      if (!found || map.getZoom() >= CLOSE) return map.getCenter();
      const [longitude, latitude] = found.feature.properties.label_point;
      return L.latLng(latitude, longitude);
    };
    put.addEventListener('click', () => {
      if (!marker) click({ latlng: start() });
      marker.getElement().focus();
    });
    // Who stands in the workshop has its place in the telephone.
    const mine = document.getElementById('place-here');
    mine.hidden = !navigator.geolocation;
    mine.addEventListener('click', () => {
      tell(words.locating);
      navigator.geolocation.getCurrentPosition(({ coords }) => {
        const at = L.latLng(coords.latitude, coords.longitude);
        show(at.lat, at.lng, true);
        write(at);
        located = words.here.replace('{n}', String(Math.round(coords.accuracy)));
      }, () => tell(words.unlocated, true), { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 });
    });
    swap.addEventListener('click', () => {
      const kept = lon.value;
      writing = true;
      set(lon, lat.value);
      set(lat, kept);
      writing = false;
      ask(true);
      lon.focus();
    });
  }
  if (lon.value && lat.value && system()) ask(true);
  document.documentElement.dataset.place = 'ready';
})();
