/** Why the lexer stopped. */
export const stop = { more: 0, semicolon: 1, backslash: 2, comment: 3, tuple: 4 } as const
export type Stop = (typeof stop)[keyof typeof stop]

/** What the lexer is inside of when the bytes run out. */
export const inside = {
  nothing: 0,
  word: 1,
  number: 2,
  string: 3,
  escapeString: 4,
  bitString: 5,
  quotedName: 6,
  dollarTag: 7,
  dollarString: 8,
  lineComment: 9,
  blockComment: 10,
  fraction: 11,
  numberJunk: 12,
  variable: 13,
} as const
export type Inside = (typeof inside)[keyof typeof inside]
