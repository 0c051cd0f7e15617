"""Honours of enterprises from a list: 企业名称, 荣誉名称, 级别, 年份, 文号."""
