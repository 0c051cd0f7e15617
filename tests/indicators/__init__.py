"""KPI arithmetic against fractions, and the figures that the 2020 batch must give."""
