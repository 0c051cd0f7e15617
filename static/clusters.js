// Points as typed arrays and their clusters at a zoom level. No DOM, no Leaflet: plain geometry.
'use strict';

const Clusters = (() => {
  const TILE = 256;
  const RADIUS = 66; // Pixels within which neighbours merge at 16 px text size.
  const MERGE = 0.8; // Share of the radius below which two cells' clusters become one.

  // Columns of the points endpoint → degrees, mercator positions (0–1), tier numbers, code numbers.
  const decode = (columns) => {
    const n = columns.count;
    const points = {
      n,
      lon: new Float64Array(n),
      lat: new Float64Array(n),
      mx: new Float64Array(n),
      my: new Float64Array(n),
      tier: new Uint8Array(n),
      code: new Float64Array(n),
      place: new Map(),
    };
    let x = 0;
    let y = 0;
    let code = 0;
    for (let i = 0; i < n; i += 1) {
      x += columns.x[i];
      y += columns.y[i];
      code += columns.n[i];
      points.lon[i] = x / 1e5;
      points.lat[i] = y / 1e5;
      const sine = Math.sin((points.lat[i] * Math.PI) / 180);
      points.mx[i] = points.lon[i] / 360 + 0.5;
      points.my[i] = 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
      points.tier[i] = Number(columns.t[i]);
      points.code[i] = code;
      points.place.set(code, i);
    }
    return points;
  };

  // Group by cells fixed to the world, so that panning changes nothing, then join close neighbours.
  const at = (points, zoom, scale) => {
    const size = TILE * 2 ** zoom;
    const radius = RADIUS * scale;
    const cells = new Map();
    for (let i = 0; i < points.n; i += 1) {
      const px = points.mx[i] * size;
      const py = points.my[i] * size;
      const key = Math.floor(px / radius) * 1e7 + Math.floor(py / radius);
      const cell = cells.get(key);
      if (cell) {
        cell.x += px;
        cell.y += py;
        cell.members.push(i);
      } else {
        cells.set(key, { key, x: px, y: py, members: [i], gone: false });
      }
    }
    const ordered = [...cells.values()].sort((a, b) => b.members.length - a.members.length || a.key - b.key);
    for (const cell of ordered) {
      if (!cell.gone) absorb(cell, cells, radius * MERGE);
    }
    return ordered.filter((cell) => !cell.gone).map((cell) => finish(cell, points, zoom));
  };

  const absorb = (cell, cells, reach) => {
    for (let dx = -1; dx <= 1; dx += 1) {
      for (let dy = -1; dy <= 1; dy += 1) {
        const other = cells.get(cell.key + dx * 1e7 + dy);
        if (!other || other === cell || other.gone) continue;
        const n = cell.members.length;
        const m = other.members.length;
        if (Math.hypot(cell.x / n - other.x / m, cell.y / n - other.y / m) > reach) continue;
        cell.x += other.x;
        cell.y += other.y;
        for (const member of other.members) cell.members.push(member);
        other.gone = true;
      }
    }
  };

  const finish = (cell, points, zoom) => {
    const { members } = cell;
    const tiers = [0, 0, 0];
    let lon = 0;
    let lat = 0;
    let west = Infinity;
    let south = Infinity;
    let east = -Infinity;
    let north = -Infinity;
    for (const i of members) {
      tiers[points.tier[i]] += 1;
      lon += points.lon[i];
      lat += points.lat[i];
      west = Math.min(west, points.lon[i]);
      east = Math.max(east, points.lon[i]);
      south = Math.min(south, points.lat[i]);
      north = Math.max(north, points.lat[i]);
    }
    const n = members.length;
    return {
      id: `${zoom}:${cell.key}:${n}`,
      members,
      tiers,
      lon: lon / n,
      lat: lat / n,
      bounds: [[south, west], [north, east]],
      samePlace: n > 1 && east - west < 2e-5 && north - south < 2e-5,
    };
  };

  return { decode, at };
})();
