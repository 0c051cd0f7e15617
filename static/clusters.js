// Points as typed arrays and their clusters at a zoom level. No DOM, no Leaflet: plain geometry.

const Clusters = (() => {
  'use strict';

  const TILE = 256;
  const UNIT = 1e-5; // Degrees in one step of the coordinates.
  // Mercator as a straight line through the city's latitude, to a pixel or so everywhere in it: the distance
  // of the line from the pole (0–1), and how much longer a degree is northwards than eastwards.
  const lineAt = (latitude) => ({
    latitude,
    fromPole: 0.5 - Math.asinh(Math.tan((latitude * Math.PI) / 180)) / (2 * Math.PI),
    stretch: 1 / Math.cos((latitude * Math.PI) / 180),
  });
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
  // `city`: its bounds [[south, west], [north, east]] in degrees; a tenth of a degree is fine enough for the line.
  const decode = (columns, city) => {
    const n = columns.count;
    const { west, south, t: tiers } = columns;
    const x = unpack(columns.x, n);
    const y = unpack(columns.y, n);
    let codes = null;
    return {
      n,
      x,
      y,
      west,
      south,
      line: lineAt(Math.round((city[0][0] + city[1][0]) * 5) / 10),
      height: 64 ** (n ? columns.y.length / n : 1),
      lon: (i) => (west + x[i]) * UNIT,
      lat: (i) => (south + y[i]) * UNIT,
      tier: (i) => tiers.charCodeAt(i) - 48,
      code: (i) => {
        codes ??= sums(columns.n);
        return codes[i];
      },
    };
  };

  const sums = (differences) => {
    let sum = 0;
    return differences.map((difference) => { sum += difference; return sum; });
  };

  // Group by cells fixed to the world, so that panning changes nothing, then join close neighbours.
  // Runs once over all points before the first cluster is seen, so it does no more than it must.
  const at = (points, zoom, scale) => {
    const { n, x, y, tier, line } = points;
    // Cells round the world and cells a step; where the points begin in the world's grid, counted from the first cell.
    const around = (TILE * 2 ** zoom) / (RADIUS * scale);
    const perX = (around * UNIT) / 360;
    const perY = perX * line.stretch;
    const fromX = ((points.west * perX) + around / 2) % 1;
    const fromPole = line.fromPole * around + (line.latitude / UNIT - points.south) * perY;
    const fromY = fromPole - Math.floor(fromPole - points.height * perY);
    // More rows than there can be, so that the key above a column is not one of the next.
    const rows = Math.ceil(points.height * perY) + 3;
    const keys = new Map();
    const cells = [];
    const cellOf = new Int32Array(n);
    for (let i = 0; i < n; i += 1) {
      const cx = fromX + x[i] * perX;
      const cy = fromY - y[i] * perY;
      const key = Math.floor(cx) * rows + Math.floor(cy) + 1;
      let cell = keys.get(key);
      if (cell === undefined) {
        // Sums of positions in steps, count of each tier.
        cell = { key, place: cells.length, first: i, n: 0, x: 0, y: 0, tiers: [0, 0, 0], apart: false, into: null };
        keys.set(key, cell);
        cells.push(cell);
      }
      cellOf[i] = cell.place;
      cell.n += 1;
      cell.x += x[i];
      cell.y += y[i];
      cell.tiers[tier(i)] += 1;
      if (!cell.apart && areApart(points, i, cell.first)) cell.apart = true;
    }
    const ordered = [...cells].sort((a, b) => b.n - a.n || a.key - b.key);
    for (const cell of ordered) {
      if (!cell.into) absorb(cell, keys, { rows, perX, perY }, points);
    }
    return ordered.filter((cell) => !cell.into).map((cell) => finish(cell, cells, cellOf, points, zoom));
  };

  const areApart = ({ x, y }, i, j) => Math.abs(x[i] - x[j]) > SAME || Math.abs(y[i] - y[j]) > SAME;

  const absorb = (cell, keys, { rows, perX, perY }, points) => {
    for (let dx = -1; dx <= 1; dx += 1) {
      for (let dy = -1; dy <= 1; dy += 1) {
        const other = keys.get(cell.key + dx * rows + dy);
        if (!other || other === cell || other.into) continue;
        const dX = (cell.x / cell.n - other.x / other.n) * perX;
        const dY = (cell.y / cell.n - other.y / other.n) * perY;
        if (Math.hypot(dX, dY) > MERGE) continue;
        for (const sum of ['n', 'x', 'y']) cell[sum] += other[sum];
        other.tiers.forEach((count, tier) => { cell.tiers[tier] += count; });
        cell.apart ||= other.apart || areApart(points, cell.first, other.first);
        other.into = cell;
      }
    }
  };

  // `first` is one of the points; all `members` and their `bounds` are worked out when somebody asks.
  const finish = (cell, cells, cellOf, points, zoom) => {
    const { n, first, tiers } = cell;
    let members = null;
    return {
      id: `${zoom}:${cell.key}:${n}`,
      n,
      first,
      tiers,
      lon: (points.west + cell.x / n) * UNIT,
      lat: (points.south + cell.y / n) * UNIT,
      samePlace: n > 1 && !cell.apart,
      get members() {
        members ??= membersOf(cell, cells, cellOf);
        return members;
      },
      get bounds() {
        let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
        for (const i of this.members) {
          west = Math.min(west, points.lon(i));
          east = Math.max(east, points.lon(i));
          south = Math.min(south, points.lat(i));
          north = Math.max(north, points.lat(i));
        }
        return [[south, west], [north, east]];
      },
    };
  };

  const membersOf = (cell, cells, cellOf) => {
    const owners = cells.map((part) => {
      let owner = part;
      while (owner.into) owner = owner.into;
      return owner;
    });
    const found = [];
    for (let i = 0; i < cellOf.length; i += 1) if (owners[cellOf[i]] === cell) found.push(i);
    return found;
  };

  return { decode, at };
})();
