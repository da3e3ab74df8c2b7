// Routing table numbers and names.

/** 1…2147483647. RTA_TABLE allows 4294967295, but netplan prints larger values as negative numbers. */
export type TableId = number

/** rtnetlink(7), RT_TABLE_DEFAULT, RT_TABLE_MAIN, RT_TABLE_LOCAL. */
export const RT_TABLE_DEFAULT: TableId = 253
export const RT_TABLE_MAIN: TableId = 254
export const RT_TABLE_LOCAL: TableId = 255

export const MAX_TABLE: TableId = 2147483647

export const reservedTableNames: Readonly<Record<string, TableId>> = {
  unspec: 0,
  default: RT_TABLE_DEFAULT,
  main: RT_TABLE_MAIN,
  local: RT_TABLE_LOCAL,
}

export const isReservedTable = (id: TableId): boolean =>
  id === 0 || id === RT_TABLE_DEFAULT || id === RT_TABLE_MAIN || id === RT_TABLE_LOCAL
