"""Who is answered what at every route, written out by hand, a file for each part of the site."""
