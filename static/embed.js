// The map in another page's frame: zoom and move by changing what part of the drawing is shown, tell the parent how
// high the page is. It reads and stores nothing, listens to no message, and asks for nothing.
(() => {
  'use strict';
  const box = document.getElementById('embed-map');
  const svg = box.querySelector('svg');
  const width = Number(box.dataset.width);
  const height = Number(box.dataset.height);
  const [south, west, north, east] = box.dataset.bounds.split(' ').map(Number);
  const NEAR = 4;
  const CLOSEST = 64;
  let view = { x: 0, y: 0, scale: 1 };

  const mercator = (lat) => Math.asinh(Math.tan((lat * Math.PI) / 180));
  const show = () => {
    const { scale } = view;
    const w = width / scale;
    const h = height / scale;
    view.x = Math.min(Math.max(view.x, 0), width - w);
    view.y = Math.min(Math.max(view.y, 0), height - h);
    svg.setAttribute('viewBox', `${view.x} ${view.y} ${w} ${h}`);
    box.classList.toggle('is-near', scale >= NEAR && svg.querySelector('.embed__near .spot') !== null);
    for (const spot of svg.querySelectorAll('.spot')) {
      spot.setAttribute('transform', `translate(${spot.dataset.x} ${spot.dataset.y}) scale(${1 / scale})`);
    }
  };
  const zoom = (factor, x = view.x + width / view.scale / 2, y = view.y + height / view.scale / 2) => {
    const scale = Math.min(Math.max(view.scale * factor, 1), CLOSEST);
    const kept = view.scale / scale;
    view = { x: x - (x - view.x) * kept, y: y - (y - view.y) * kept, scale };
    show();
  };
  const buttons = document.getElementById('embed-zoom');
  buttons.hidden = false;
  buttons.addEventListener('click', (event) => {
    const button = event.target.closest('button');
    if (button) zoom(button.dataset.zoom === 'in' ? 2 : 0.5);
  });

  // Dragging moves the map; a press that moved nothing stays a click on what lies below.
  let held = null;
  svg.addEventListener('pointerdown', (event) => {
    held = { x: event.clientX, y: event.clientY, view: { ...view }, moved: false };
  });
  window.addEventListener('pointermove', (event) => {
    if (!held || view.scale === 1) return;
    const unit = width / view.scale / svg.clientWidth;
    held.moved ||= Math.hypot(event.clientX - held.x, event.clientY - held.y) > 4;
    view = { ...view, x: held.view.x - (event.clientX - held.x) * unit, y: held.view.y - (event.clientY - held.y) * unit };
    show();
  });
  window.addEventListener('pointerup', () => {
    const moved = held?.moved;
    held = null;
    if (moved) svg.addEventListener('click', (event) => event.preventDefault(), { capture: true, once: true });
  });
  svg.addEventListener('dragstart', (event) => event.preventDefault());

  // `#zoom/lat/lon` as on the whole map: zoom 9 shows about a city.
  const [level, lat, lon] = window.location.hash.slice(1).split('/').map(Number);
  if ([level, lat, lon].every(Number.isFinite)) {
    const x = ((lon - west) / (east - west)) * width;
    const y = ((mercator(north) - mercator(lat)) / (mercator(north) - mercator(south))) * height;
    view.scale = Math.min(Math.max(2 ** (level - 9), 1), CLOSEST);
    view.x = x - width / view.scale / 2;
    view.y = y - height / view.scale / 2;
  }
  show();

  if (window.parent !== window) {
    const tell = () => {
      const pixels = Math.ceil(document.documentElement.getBoundingClientRect().height);
      window.parent.postMessage({ type: 'registry:height', height: pixels }, '*');
    };
    new ResizeObserver(tell).observe(document.documentElement);
    tell();
  }
})();
