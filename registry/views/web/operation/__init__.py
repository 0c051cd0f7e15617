"""What a running server needs beside its pages: log, figures, outages, files that are made, a read replica."""
