// Where a map's window looks: centre and zoom, in the same Web Mercator pixels as Leaflet. No DOM, no Leaflet.

const MapView = (() => {
  'use strict';

  const TILE = 256;
  const POLE = 85.0511287798; // Degrees where the square world ends.
  const RIM = 30; // Pixels left free around the members of a cluster that is zoomed to.

  // [lat, lon] in degrees → pixels of the world at a zoom, eastwards and southwards.
  const project = ([lat, lon], zoom) => {
    const world = TILE * 2 ** zoom;
    const north = Math.asinh(Math.tan((Math.min(Math.max(lat, -POLE), POLE) * Math.PI) / 180));
    return { x: (0.5 + lon / 360) * world, y: (0.5 - north / (2 * Math.PI)) * world };
  };
  const unproject = ({ x, y }, zoom) => {
    const world = TILE * 2 ** zoom;
    return [(Math.atan(Math.sinh((0.5 - y / world) * 2 * Math.PI)) * 180) / Math.PI, (x / world - 0.5) * 360];
  };

  // The view in which `bounds` [[south, west], [north, east]] fill the room that the edges (pixels) leave in a window.
  const fit = ([southWest, northEast], size, edges, [least, most]) => {
    const [low, high] = [project(southWest, 0), project(northEast, 0)];
    const wide = Math.max(size.x - edges.left - edges.right, 1) / (high.x - low.x);
    const tall = Math.max(size.y - edges.top - edges.bottom, 1) / (low.y - high.y);
    const zoom = Math.min(Math.max(Math.log2(Math.min(wide, tall)), least), most);
    const [a, b] = [project(southWest, zoom), project(northEast, zoom)];
    const middle = { x: (a.x + b.x + edges.right - edges.left) / 2, y: (a.y + b.y + edges.bottom - edges.top) / 2 };
    return { centre: unproject(middle, zoom), zoom };
  };

  // The view that a click on a cluster leads to: its members, at least one step closer than `zoom`.
  const into = (cluster, size, zoom, limits) => {
    const rim = { left: RIM, right: RIM, top: RIM, bottom: RIM };
    return fit(cluster.bounds, size, rim, [Math.min(zoom + 1, limits[1]), limits[1]]);
  };

  // The view that a page address names: #zoom/lat/lon.
  const named = (hash) => {
    const found = hash.match(/^#(\d+(?:\.\d+)?)\/(-?\d+(?:\.\d+)?)\/(-?\d+(?:\.\d+)?)$/);
    return found && { centre: [Number(found[2]), Number(found[3])], zoom: Number(found[1]) };
  };

  const address = ({ centre: [lat, lon], zoom }) => `#${Number(zoom.toFixed(2))}/${lat.toFixed(5)}/${lon.toFixed(5)}`;

  return { project, fit, into, named, address };
})();
