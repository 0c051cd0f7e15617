"""Published totals from a list: 截至, 口径, 级别, 类别, 公布数, 单位, 出处, 备注, 位次."""
