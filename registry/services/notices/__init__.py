"""公示 and 异议: a list is prepared, opened, corrected or withdrawn; an objection to a line is heard and decided."""
