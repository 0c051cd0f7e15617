// Points as typed arrays and their clusters at a zoom level. No DOM, no Leaflet: plain geometry.
//
// What the map and its first picture draw comes from a source: `at(view, size, scale)` gives the clusters of a window, or
// nothing while they are not there; `load` of the same fetches them; `of(code)` is the cluster of a project in the list.
// Here the points of all projects are in memory; where they are too many, `map-tiles.js` asks for what a window needs.

const Clusters = (() => {
  'use strict';

  const TILE = 256;
  const UNIT = 1e-5; // Degrees in one step of the coordinates.
  // Mercator as a straight line through the city's latitude, to a pixel or so everywhere in it: the distance
  // of the line from the pole (0–1), and how much longer a degree is northwards than eastwards.
  const lineOf = (city) => {
    // A tenth of a degree is fine enough.
    const latitude = Math.round((city[0][0] + city[1][0]) * 5) / 10;
    return {
      latitude,
      fromPole: 0.5 - Math.asinh(Math.tan((latitude * Math.PI) / 180)) / (2 * Math.PI),
      stretch: 1 / Math.cos((latitude * Math.PI) / 180),
    };
  };
  const RADIUS = 66; // Pixels within which neighbours merge at 16 px text size.
  const MERGE = 0.8; // Share of the radius below which two cells' clusters become one.
  const SAME = 1; // Steps up to which two points are one place.

  const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_';
  const worth = new Uint8Array(128);
  for (let i = 0; i < 64; i += 1) worth[DIGITS.charCodeAt(i)] = i;

  // Base 64: the highest digit of all numbers, then the next of all, down to the units.
  const unpack = (text, n) => {
    const numbers = new Int32Array(n);
    for (let from = 0; from < text.length; from += n) {
      for (let i = 0; i < n; i += 1) numbers[i] = numbers[i] * 64 + worth[text.charCodeAt(from + i)];
    }
    return numbers;
  };

  // Columns of the points endpoint → positions in steps from `west` and `south`, tiers as digits, code numbers.
  // `city`: its bounds [[south, west], [north, east]] in degrees.
  const decode = (columns, city) => {
    const n = columns.count;
    const { west, south, t: tiers } = columns;
    const x = unpack(columns.x, n);
    const y = unpack(columns.y, n);
    let codes = null;
    const coded = () => {
      codes ??= sums(columns.n);
      return codes;
    };
    return {
      n,
      x,
      y,
      west,
      south,
      line: lineOf(city),
      height: 64 ** (n ? columns.y.length / n : 1),
      tier: (i) => tiers.charCodeAt(i) - 48,
      code: (i) => coded()[i],
      placeOf: (code) => coded().indexOf(code),
    };
  };

  const sums = (differences) => {
    let sum = 0;
    return differences.map((difference) => { sum += difference; return sum; });
  };

  // The line's grid at a zoom: cells a step eastwards and northwards, of cells as wide as neighbours merge.
  const gridOf = (line, zoom, scale) => {
    const around = (TILE * 2 ** zoom) / (RADIUS * scale);
    const perX = (around * UNIT) / 360;
    return { around, perX, perY: perX * line.stretch };
  };
  // Sums of positions in steps, count of each tier, how far the points reach.
  const cellAt = (key, x, y, first) => ({ key, first, n: 0, x: 0, y: 0, tiers: [0, 0, 0], west: x, east: x, south: y, north: y, into: null });

  // Group by cells fixed to the world, so that panning changes nothing, then join close neighbours.
  // Runs once over all points before the first cluster is seen, so it does no more than it must.
  const at = (points, zoom, scale) => {
    const { n, x, y, tier, line } = points;
    const { around, perX, perY } = gridOf(line, zoom, scale);
    // Where the points begin in the world's grid, counted from the first cell.
    const fromX = ((points.west * perX) + around / 2) % 1;
    const fromPole = line.fromPole * around + (line.latitude / UNIT - points.south) * perY;
    const fromY = fromPole - Math.floor(fromPole - points.height * perY);
    // More rows than there can be, so that the key above a column is not one of the next.
    const rows = Math.ceil(points.height * perY) + 3;
    const keyOf = (i) => Math.floor(fromX + x[i] * perX) * rows + Math.floor(fromY - y[i] * perY) + 1;
    const cells = new Map();
    for (let i = 0; i < n; i += 1) {
      const [px, py, key] = [x[i], y[i], keyOf(i)];
      let cell = cells.get(key);
      if (cell === undefined) {
        cell = cellAt(key, px, py, i);
        cells.set(key, cell);
      }
      cell.n += 1;
      cell.x += px;
      cell.y += py;
      cell.tiers[tier(i)] += 1;
      if (px < cell.west) cell.west = px;
      if (px > cell.east) cell.east = px;
      if (py < cell.south) cell.south = py;
      if (py > cell.north) cell.north = py;
    }
    const { west, south } = points;
    return { keyOf, ...join(cells, { zoom, rows, perX, perY, west, south, codeOf: ({ first }) => points.code(first) }) };
  };

  // The cells' clusters, the largest first, and the cluster that a cell has become part of, by its key.
  const join = (cells, grid) => {
    const ordered = [...cells.values()].sort((a, b) => b.n - a.n || a.key - b.key);
    for (const cell of ordered) {
      if (!cell.into) absorb(cell, cells, grid);
    }
    const made = new Map(ordered.filter((cell) => !cell.into).map((cell) => [cell, finish(cell, grid)]));
    const owner = (key) => {
      let cell = cells.get(key);
      while (cell?.into) cell = cell.into;
      return made.get(cell);
    };
    return { clusters: [...made.values()], owner };
  };

  const absorb = (cell, cells, { rows, perX, perY }) => {
    for (let dx = -1; dx <= 1; dx += 1) {
      for (let dy = -1; dy <= 1; dy += 1) {
        const other = cells.get(cell.key + dx * rows + dy);
        if (!other || other === cell || other.into) continue;
        const dX = (cell.x / cell.n - other.x / other.n) * perX;
        const dY = (cell.y / cell.n - other.y / other.n) * perY;
        if (Math.hypot(dX, dY) > MERGE) continue;
        for (const sum of ['n', 'x', 'y']) cell[sum] += other[sum];
        for (const least of ['west', 'south']) cell[least] = Math.min(cell[least], other[least]);
        for (const most of ['east', 'north']) cell[most] = Math.max(cell[most], other[most]);
        other.tiers.forEach((count, tier) => { cell.tiers[tier] += count; });
        other.into = cell;
      }
    }
  };

  // `code` is that of a project that stands alone.
  const finish = (cell, { zoom, west, south, codeOf }) => {
    const { key, n, tiers } = cell;
    const lon = (steps) => (west + steps) * UNIT;
    const lat = (steps) => (south + steps) * UNIT;
    return {
      id: `${zoom}:${key}:${n}`,
      n,
      tiers,
      lon: lon(cell.x / n),
      lat: lat(cell.y / n),
      bounds: [[lat(cell.south), lon(cell.west)], [lat(cell.north), lon(cell.east)]],
      samePlace: n > 1 && cell.east - cell.west <= SAME && cell.north - cell.south <= SAME,
      get code() { return codeOf(cell); },
    };
  };

  // The source that holds all points.
  const held = (columns, city) => {
    const points = decode(columns, city);
    let last = {};
    return {
      at: ({ zoom }, size, scale) => {
        if (last.zoom !== zoom || last.scale !== scale) last = { zoom, scale, ...at(points, zoom, scale) };
        return last.clusters;
      },
      load: async () => {},
      of: (code) => last.owner?.(last.keyOf(points.placeOf(code))),
    };
  };

  return { held, join, gridOf, lineOf, cellAt, UNIT };
})();
