"""Places: coordinate systems, district polygons, the folium shell. Knows nothing of the registry."""
