// What stands on the map for a cluster or a project: its look, its spoken words, what a click on it means.

const MapMarks = (() => {
  'use strict';

  const TIERS = ['municipal', 'provincial', 'national'];
  const RING = ['mun', 'prov', 'nat'];
  const RADIUS = 42;
  const WIDEST = 60; // Pixels at 16 px text size: the largest clusters hardly touch each other.
  const LENGTH = 2 * Math.PI * RADIUS;

  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  // Six digits are wider than the largest cluster.
  const short = (n) => (n < 1e5 ? n : new Intl.NumberFormat(document.documentElement.lang, { notation: 'compact' }).format(n));
  // A code without the letters in front of it, which differ from city to city.
  const codeOf = ({ code }) => String(code).padStart(6, '0');

  const ring = (tiers, n) => {
    let offset = 0;
    return tiers.map((count, place) => {
      const share = (count / n) * LENGTH;
      const drawn = share
        ? `<circle class="cl-${RING[place]}" cx="50" cy="50" r="${RADIUS}" fill="none" stroke-width="13" stroke-dasharray="${share.toFixed(1)} ${(LENGTH - share).toFixed(1)}" stroke-dashoffset="${(-offset).toFixed(1)}" transform="rotate(-90 50 50)"/>`
        : '';
      offset += share;
      return drawn;
    }).join('');
  };

  // Class, size in pixels and content of a mark. The content holds numbers and no text.
  const look = ({ n, tiers }, scale) => {
    if (n === 1) {
      return {
        className: 'pt', size: 26 * scale,
        html: `<svg aria-hidden="true" focusable="false"><use href="#m-${TIERS[tiers.indexOf(1)]}"/></svg>`,
      };
    }
    return {
      className: 'cl', size: Math.round(Math.min(28 + Math.sqrt(n) * 2.1, WIDEST) * scale),
      html: `<svg viewBox="0 0 100 100" aria-hidden="true" focusable="false"><circle class="cl-disc" cx="50" cy="50" r="49"/>${ring(tiers, n)}<circle class="cl-disc" cx="50" cy="50" r="35"/></svg><b>${short(n)}</b>`,
    };
  };

  // The letters of this city's codes, as the list beside the map has them: where there is a mark there is a row.
  const letters = () => document.querySelector('.list [data-code]')?.dataset.code.replace(/[^-]*$/, '') ?? '';

  // A single project is called by its name as soon as `name` gives one, until then by its code.
  const words = (cluster, data, name) => {
    const comma = document.documentElement.lang.startsWith('en') ? ', ' : '\uff0c';
    if (cluster.n > 1) {
      const parts = TIERS.map((tier, place) => (cluster.tiers[place] ? `${data.tiers[tier]} ${cluster.tiers[place]}` : ''));
      const text = cluster.samePlace ? data.words.same : data.words.cluster;
      return fill(text, { n: cluster.n, parts: parts.filter(Boolean).join(comma) });
    }
    const code = codeOf(cluster);
    return (name(code) ?? letters() + code) + comma + data.tiers[TIERS[cluster.tiers.indexOf(1)]];
  };

  const describe = (element, text) => {
    element.tabIndex = 0;
    element.setAttribute('role', 'button');
    element.querySelector('.visually-hidden')?.remove();
    if (document.documentElement.lang !== 'en' || !/[\u3400-\u9fff]/.test(text)) {
      element.setAttribute('aria-label', text);
      return;
    }
    // The name is Chinese on an English page as well, the tier behind it is not: a label has one language only.
    const said = document.createElement('span');
    const name = document.createElement('span');
    const end = text.lastIndexOf(', ');
    said.className = 'visually-hidden';
    name.lang = 'zh';
    name.textContent = text.slice(0, end);
    said.append(name, text.slice(end));
    element.removeAttribute('aria-label');
    element.append(said);
  };

  // Whether a click opens the projects' names; otherwise it zooms to them.
  const opens = (cluster, zoom, closest) => cluster.n === 1 || cluster.samePlace || zoom >= closest;
  const isPress = ({ key }) => key === 'Enter' || key === ' ';

  // Of what stands on the map now, the one nearest to where a cluster stood.
  const nearest = (entries, { lat, lon }) => {
    let [found, least] = [undefined, Infinity];
    for (const entry of entries) {
      const far = Math.hypot(entry.cluster.lat - lat, entry.cluster.lon - lon);
      if (far < least) [found, least] = [entry, far];
    }
    return found;
  };

  return { look, words, describe, opens, isPress, nearest, codeOf, fill };
})();
