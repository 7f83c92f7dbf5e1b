/**
 * Kinds of tokens, and the one table of keywords.
 *
 *   0 … 63    punctuation, operators, literals, names
 *   64 …      keywords: first those that are reserved, then those that are also names wherever a name may stand
 *
 * Only words that the grammar itself asks for are keywords; names of functions and types are not.
 */
export const T = {
  END: 0, NAME: 1, QUOTED_NAME: 2, STRING: 3, ESCAPE_STRING: 4, DOLLAR_STRING: 5, HEX_STRING: 6, INTEGER: 7, FLOAT: 8, QUESTION: 9, DOLLAR_PARAMETER: 10,
  /** Where completion is asked for: fits nothing. */
  CURSOR: 11,
  COMMA: 16, DOT: 17, SEMICOLON: 18, COLON: 19, LEFT_PAREN: 20, RIGHT_PAREN: 21, LEFT_BRACKET: 22, RIGHT_BRACKET: 23, LEFT_BRACE: 24, RIGHT_BRACE: 25, CAST_COLONS: 26,
  PLUS: 32, MINUS: 33, STAR: 34, SLASH: 35, PERCENT: 36, EQUAL: 37, NOT_EQUAL: 38, LESS: 39, LESS_EQUAL: 40, GREATER: 41, GREATER_EQUAL: 42, CONCAT: 43,
  TILDE: 44, TILDE_STAR: 45, NOT_TILDE: 46, NOT_TILDE_STAR: 47, AMPERSAND: 48, PIPE: 49, HASH: 50, SHIFT_LEFT: 51, SHIFT_RIGHT: 52,
  ARROW: 53, ARROW_TEXT: 54, PATH_ARROW: 55, PATH_ARROW_TEXT: 56,
} as const;

/** Reserved: never a name, except after a dot, after AS, and as the key of a struct. */
const RESERVED = {
  ALL: 64, AND: 65, ANY: 66, ARRAY: 67, AS: 68, ASC: 69, BETWEEN: 70, CASE: 71, CAST: 72, CROSS: 73, DESC: 74, DISTINCT: 75, ELSE: 76,
  EXCEPT: 77, EXISTS: 78, FALSE: 79, FETCH: 80, FOR: 81, FROM: 82, FULL: 83, GROUP: 84, HAVING: 85, IN: 86, INNER: 87, INTERSECT: 88,
  INTO: 89, IS: 90, JOIN: 91, LATERAL: 92, LEFT: 93, LIKE: 94, LIMIT: 95, NATURAL: 96, NOT: 97, NULL: 98, OFF: 99, OFFSET: 100, ON: 101,
  OR: 102, ORDER: 103, RETURNING: 104, RIGHT: 105, SELECT: 106, SET: 107, SOME: 108, THEN: 109, TRUE: 110, UNION: 111, USING: 112,
  VALUES: 113, WHEN: 114, WHERE: 115, WINDOW: 116, WITH: 117,
} as const;

/** Keywords that are names wherever the grammar leaves room for one. */
const UNRESERVED = {
  ABORT: 118, ALTER: 119, ANALYZE: 120, ASSERT: 121, ASYMMETRIC: 122, ASYNC: 123, AT: 124, ATTACH: 125, AWAIT_TOKEN: 126, BEGIN: 127,
  BOTH: 128, BY: 129, CASCADE: 130, CHARACTERISTICS: 131, CHARACTERS: 132, CLOCK_TIME: 133, CLOSE: 134, COLLATE: 135, COMMIT: 136,
  COMMITTED: 137, CONCURRENTLY: 138, CONFLICT: 139, CONTAINS: 140, CONTINUE: 141, COPY: 142, CREATE: 143, CUBE: 144, CURRENT: 145,
  DATABASE: 146, DAY: 147, DEALLOCATE: 148, DEFAULT: 149, DEFERRABLE: 150, DELETE: 151, DETACH: 152, DISCARD: 153, DROP: 154, END: 155,
  EQUALS: 156, ERASE: 157, ESCAPE: 158, EXCLUDE: 159, EXECUTE: 160, EXPLAIN: 161, FILTER: 162, FIRST: 163, FLAG: 164, FOLLOWING: 165,
  GRANT: 166, GROUPING: 167, GROUPS: 168, HOUR: 169, IDENTITY: 170, IF: 171, IGNORE: 172, ILIKE: 173, IMMEDIATELY: 174, INCLUDE: 175,
  INDEX: 176, INSERT: 177, INTERVAL: 178, ISOLATION: 179, LAGS: 180, LAST: 181, LEADING: 182, LEADS: 183, LEVEL: 184, LIKE_REGEX: 185,
  LOCAL: 186, MATERIALIZED: 187, METADATA: 188, MINUTE: 189, MONTH: 190, NAMES: 191, NEST_MANY: 192, NEST_ONE: 193, NEXT: 194, NO: 195,
  NONE: 196, NULLS: 197, OBJECT: 198, OCTETS: 199, OF: 200, ONLY: 201, OPERATOR: 202, ORDINALITY: 203, OTHERS: 204, OUTER: 205, OVER: 206,
  OVERLAPS: 207, PARTITION: 208, PATCH: 209, PERIOD: 210, PLACING: 211, PORTION: 212, PRECEDES: 213, PRECEDING: 214, PREPARE: 215,
  RANGE: 216, READ: 217, RECORD: 218, RECORDS: 219, RECURSIVE: 220, RENAME: 221, REPEATABLE: 222, REPLACE: 223, RESET: 224, RESPECT: 225,
  RESTART: 226, RESTRICT: 227, REVOKE: 228, ROLE: 229, ROLLBACK: 230, ROLLUP: 231, ROW: 232, ROWS: 233, SECOND: 234, SERIALIZABLE: 235,
  SESSION: 236, SETS: 237, SETTING: 238, SHOW: 239, SNAPSHOT_TIME: 240, SNAPSHOT_TOKEN: 241, START: 242, STDIN: 243, STDOUT: 244,
  STRICTLY: 245, SUCCEEDS: 246, SYMMETRIC: 247, SYNC: 248, SYSTEM_TIME: 249, TABLE: 250, TIES: 251, TIME: 252, TIMESTAMP: 253,
  TIMEZONE: 254, TO: 255, TRAILING: 256, TRANSACTION: 257, TRUNCATE: 258, UNBOUNDED: 259, UNCOMMITTED: 260, UNIQUE: 261, UNKNOWN: 262,
  UNLISTEN: 263, UPDATE: 264, VALID_TIME: 265, VARYING: 266, VIEW: 267, WITHIN: 268, WITHOUT: 269, WORK: 270, WRITE: 271, XTQL: 272,
  YEAR: 273, ZONE: 274,
} as const;

export const K = { ...RESERVED, ...UNRESERVED } as const;

const KEYWORD_KIND_MIN = 64;
const UNRESERVED_KIND_MIN = KEYWORD_KIND_MIN + Object.keys(RESERVED).length;

export const isKeyword = (kind: number): boolean => kind >= KEYWORD_KIND_MIN;
/** Names, and keywords that may stand for one. */
export const isName = (kind: number): boolean => kind === T.NAME || kind === T.QUOTED_NAME || kind >= UNRESERVED_KIND_MIN;
export const isString = (kind: number): boolean => kind >= T.STRING && kind <= T.DOLLAR_STRING;

const PUNCTUATION_TEXTS: readonly (readonly [number, string])[] = [
  [T.COMMA, ','], [T.DOT, '.'], [T.SEMICOLON, ';'], [T.COLON, ':'], [T.LEFT_PAREN, '('], [T.RIGHT_PAREN, ')'], [T.LEFT_BRACKET, '['], [T.RIGHT_BRACKET, ']'],
  [T.LEFT_BRACE, '{'], [T.RIGHT_BRACE, '}'], [T.CAST_COLONS, '::'], [T.PLUS, '+'], [T.MINUS, '-'], [T.STAR, '*'], [T.SLASH, '/'], [T.PERCENT, '%'], [T.EQUAL, '='],
  [T.NOT_EQUAL, '<>'], [T.LESS, '<'], [T.LESS_EQUAL, '<='], [T.GREATER, '>'], [T.GREATER_EQUAL, '>='], [T.CONCAT, '||'], [T.TILDE, '~'], [T.TILDE_STAR, '~*'],
  [T.NOT_TILDE, '!~'], [T.NOT_TILDE_STAR, '!~*'], [T.AMPERSAND, '&'], [T.PIPE, '|'], [T.HASH, '#'], [T.SHIFT_LEFT, '<<'], [T.SHIFT_RIGHT, '>>'],
  [T.ARROW, '->'], [T.ARROW_TEXT, '->>'], [T.PATH_ARROW, '#>'], [T.PATH_ARROW_TEXT, '#>>'],
  [T.END, 'end of text'], [T.NAME, 'a name'], [T.QUOTED_NAME, 'a name'], [T.STRING, 'a string'], [T.ESCAPE_STRING, 'a string'], [T.DOLLAR_STRING, 'a string'],
  [T.HEX_STRING, 'a string'], [T.INTEGER, 'an integer'], [T.FLOAT, 'a number'], [T.QUESTION, 'a parameter'], [T.DOLLAR_PARAMETER, 'a parameter'],
];
const TEXTS: readonly (string | undefined)[] = (() => {
  const texts: (string | undefined)[] = [];
  for (const [kind, text] of PUNCTUATION_TEXTS) texts[kind] = text;
  for (const [word, kind] of Object.entries(K)) texts[kind] = word;
  return texts;
})();
/** How a kind is named to people: keywords in upper case, punctuation as it is. */
export const tokenText = (kind: number): string => TEXTS[kind] ?? '?';

/** Operators by symbol, as calls and OPERATOR(…) name them. */
export const OPERATOR_KINDS: ReadonlyMap<string, number> = new Map(
  PUNCTUATION_TEXTS.filter(([kind]) => kind >= T.PLUS).map(([kind, text]): [string, number] => [text, kind]));

const SLOT_COUNT = 2048;
const slotOf = (hash: number): number => (hash ^ (hash >>> 11)) & (SLOT_COUNT - 1);
/** Of ASCII letters, in either case, and `_`. */
function hashOf(text: string, start: number, end: number): number {
  let hash = 0;
  for (let index = start; index < end; index++) hash = (Math.imul(hash, 31) + (text.charCodeAt(index) | 32)) | 0;
  return hash;
}

const KEYWORDS_BY_SLOT: readonly (readonly { readonly word: string; readonly kind: number }[] | undefined)[] = (() => {
  const slots: { word: string; kind: number }[][] = [];
  for (const [upper, kind] of Object.entries(K)) {
    const word = upper.toLowerCase();
    (slots[slotOf(hashOf(word, 0, word.length))] ??= []).push({ word, kind });
  }
  return Array.from({ length: SLOT_COUNT }, (_, slot) => slots[slot]);
})();

/** The keyword that stands at [start, end) in any case, or NAME. There are letters and `_` only. */
export function keywordKind(text: string, start: number, end: number): number {
  const candidates = KEYWORDS_BY_SLOT[slotOf(hashOf(text, start, end))];
  if (candidates === undefined) return T.NAME;
  for (const { word, kind } of candidates) {
    if (word.length === end - start && matches(text, start, word)) return kind;
  }
  return T.NAME;
}

function matches(text: string, start: number, word: string): boolean {
  for (let index = 0; index < word.length; index++) {
    const unit = text.charCodeAt(start + index);
    // Letters differ from their lower case by bit 5; `_` (0x5f) has none to add.
    if ((unit >= 65 && unit <= 90 ? unit | 32 : unit) !== word.charCodeAt(index)) return false;
  }
  return true;
}
