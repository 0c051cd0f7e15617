"""What a sheet of a list says before its rows are read: header, titles, furniture, sums, cells that repeat others."""
