// The source of clusters for a record that is too large to hold (see clusters.js): groups that the server has made, in
// tiles fixed to the world. A tile has the same address for every reader, and is asked for once while it is kept.

const MapTiles = (() => {
  'use strict';

  const CELLS = 16; // Cells along a tile.
  const CELL = 64; // Pixels of a cell at 16 px text size, give or take half a zoom.
  const TILE = 256; // Pixels of the world at zoom 0.
  const CLOSEST = 17; // Zoom of the smallest tiles.
  const KEPT = 200; // Tiles.

  // The tiles under a window and a little around it, so that what is joined at its edge is joined in it too; of the
  // zoom that suits the marks, or by some zooms a finer one.
  const under = ({ centre, zoom }, size, scale, finer = 0) => {
    const wanted = Math.round(zoom - Math.log2(scale)) - Math.log2((CELLS * CELL) / TILE) + finer;
    const level = Math.min(Math.max(wanted, 0), CLOSEST);
    const tile = TILE * 2 ** (zoom - level);
    const middle = MapView.project(centre, zoom);
    const [wide, high] = [size.x / 2 + CELL * scale, size.y / 2 + CELL * scale];
    const at = (pixels) => Math.min(Math.max(Math.floor(pixels / tile), 0), 2 ** level - 1);
    const names = [];
    for (let x = at(middle.x - wide); x <= at(middle.x + wide); x += 1) {
      for (let y = at(middle.y - high); y <= at(middle.y + high); y += 1) names.push(`${level}/${x}/${y}`);
    }
    return { names, rows: CELLS * 2 ** level };
  };

  // The server's columns as cells, keyed in the world's grid.
  const cellsOf = (name, found, tiers, rows) => {
    const [, column, row] = name.split('/').map(Number);
    return found.cell.map((cell, i) => {
      const key = (column * CELLS + (cell % CELLS)) * rows + row * CELLS + Math.floor(cell / CELLS);
      const [x, y] = [found.lon[i], found.lat[i]];
      const counts = tiers.map((tier) => found.tiers[tier][i]);
      const n = counts.reduce((sum, count) => sum + count);
      return {
        ...Clusters.cellAt(key, x, y, found.n[i]), n, x: x * n, y: y * n, tiers: counts,
        west: x - found.west[i], east: x + found.east[i], south: y - found.south[i], north: y + found.north[i],
      };
    });
  };

  const source = ({ tiles: address, tiers, city, rows: listed }) => {
    const kept = new Map();
    const line = Clusters.lineOf(city);
    const ask = async (name, rows) => {
      const response = await fetch(`${address}${address.includes('?') ? '&' : '?'}tile=${name}`);
      if (!response.ok) throw new Error(String(response.status));
      return cellsOf(name, await response.json(), Object.keys(tiers), rows);
    };
    // The least used go first.
    const keep = (name, tile) => {
      kept.delete(name);
      kept.set(name, tile);
      if (kept.size > KEPT) kept.delete(kept.keys().next().value);
    };
    const load = ({ names, rows }) => Promise.all(names.map((name) => {
      if (!kept.has(name)) {
        const tile = { cells: null };
        tile.coming = ask(name, rows).then((cells) => { tile.cells = cells; }).catch((error) => {
          kept.delete(name);
          throw error;
        });
        keep(name, tile);
      }
      return kept.get(name).coming;
    }));

    let last = {};
    const at = ({ names, rows }, zoom, scale) => {
      const of = `${names} ${zoom} ${scale}`;
      if (of === last.of) return last.clusters;
      if (!names.every((name) => kept.get(name)?.cells)) return null;
      const cells = new Map();
      for (const name of names) {
        const tile = kept.get(name);
        keep(name, tile);
        // Joining changes a cell, so that it is done to copies.
        for (const cell of tile.cells) cells.set(cell.key, { ...cell, tiers: [...cell.tiers] });
      }
      const { perX, perY } = Clusters.gridOf(line, zoom, scale);
      last = { of, rows, ...Clusters.join(cells, { zoom, rows, perX, perY, west: 0, south: 0, codeOf: ({ first }) => first }) };
      return last.clusters;
    };

    // Paper does not wait: it takes the tiles that are there.
    const rough = (view, size, scale) => [1, -1, 2, -2].reduce((found, finer) => found ?? at(under(view, size, scale, finer), view.zoom, scale), null);
    // Of the projects in the list beside the map the page has told the place.
    const of = (code) => {
      if (!last.owner || !listed[code]) return undefined;
      const { x, y } = MapView.project(listed[code], 0);
      const cell = (pixels) => Math.floor((pixels / TILE) * last.rows);
      return last.owner(cell(x) * last.rows + cell(y));
    };

    return {
      at: (view, size, scale, isUrgent) => at(under(view, size, scale), view.zoom, scale) ?? (isUrgent ? rough(view, size, scale) : null),
      load: (view, size, scale) => load(under(view, size, scale)),
      of,
    };
  };

  return { source };
})();
