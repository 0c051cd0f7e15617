"""What enterprises are and how people call them, from a list: 企业规模, 企业性质, 简称, 文件印作."""
