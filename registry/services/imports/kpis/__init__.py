"""Lists of KPI values, and the KPI columns that lists of titles have."""
