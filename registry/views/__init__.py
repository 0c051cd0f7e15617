"""Pages and answers. One blueprint per audience; each route declares its policy; GET never writes."""
