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
  COMMITTED: 137, CONFLICT: 138, CONTAINS: 139, CONTINUE: 140, COPY: 141, CREATE: 142, CUBE: 143, CURRENT: 144, DATABASE: 145, DAY: 146,
  DEALLOCATE: 147, DEFAULT: 148, DEFERRABLE: 149, DELETE: 150, DETACH: 151, DISCARD: 152, DROP: 153, END: 154, EQUALS: 155, ERASE: 156,
  ESCAPE: 157, EXCLUDE: 158, EXECUTE: 159, EXPLAIN: 160, FILTER: 161, FIRST: 162, FLAG: 163, FOLLOWING: 164, GRANT: 165, GROUPING: 166,
  GROUPS: 167, HOUR: 168, IDENTITY: 169, IF: 170, IGNORE: 171, ILIKE: 172, IMMEDIATELY: 173, INSERT: 174, INTERVAL: 175, ISOLATION: 176,
  LAGS: 177, LAST: 178, LEADING: 179, LEADS: 180, LEVEL: 181, LIKE_REGEX: 182, LOCAL: 183, MATERIALIZED: 184, METADATA: 185, MINUTE: 186,
  MONTH: 187, NAMES: 188, NEST_MANY: 189, NEST_ONE: 190, NEXT: 191, NO: 192, NONE: 193, NULLS: 194, OBJECT: 195, OCTETS: 196, OF: 197,
  ONLY: 198, OPERATOR: 199, ORDINALITY: 200, OTHERS: 201, OUTER: 202, OVER: 203, OVERLAPS: 204, PARTITION: 205, PATCH: 206, PERIOD: 207,
  PLACING: 208, PORTION: 209, PRECEDES: 210, PRECEDING: 211, PREPARE: 212, RANGE: 213, READ: 214, RECORD: 215, RECORDS: 216,
  RECURSIVE: 217, RENAME: 218, REPEATABLE: 219, REPLACE: 220, RESET: 221, RESPECT: 222, RESTART: 223, RESTRICT: 224, REVOKE: 225,
  ROLE: 226, ROLLBACK: 227, ROLLUP: 228, ROW: 229, ROWS: 230, SECOND: 231, SERIALIZABLE: 232, SESSION: 233, SETS: 234, SETTING: 235,
  SHOW: 236, SNAPSHOT_TIME: 237, SNAPSHOT_TOKEN: 238, START: 239, STDIN: 240, STDOUT: 241, STRICTLY: 242, SUCCEEDS: 243, SYMMETRIC: 244,
  SYNC: 245, SYSTEM_TIME: 246, TABLE: 247, TIES: 248, TIME: 249, TIMESTAMP: 250, TIMEZONE: 251, TO: 252, TRAILING: 253, TRANSACTION: 254,
  TRUNCATE: 255, UNBOUNDED: 256, UNCOMMITTED: 257, UNKNOWN: 258, UNLISTEN: 259, UPDATE: 260, VALID_TIME: 261, VARYING: 262, VIEW: 263,
  WITHIN: 264, WITHOUT: 265, WORK: 266, WRITE: 267, XTQL: 268, YEAR: 269, ZONE: 270,
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
/** One step of the hash that `keywordKind` takes; `unit` is the UTF-16 unit of an ASCII letter in either case, or of `_`. */
export const hashStep = (hash: number, unit: number): number => (Math.imul(hash, 31) + (unit | 32)) | 0;

const KEYWORDS_BY_SLOT: readonly (readonly { readonly word: string; readonly kind: number }[] | undefined)[] = (() => {
  const slots: { word: string; kind: number }[][] = [];
  for (const [upper, kind] of Object.entries(K)) {
    const word = upper.toLowerCase();
    let hash = 0;
    for (let index = 0; index < word.length; index++) hash = hashStep(hash, word.charCodeAt(index));
    (slots[slotOf(hash)] ??= []).push({ word, kind });
  }
  return Array.from({ length: SLOT_COUNT }, (_, slot) => slots[slot]);
})();

/** The keyword that stands at [start, end) in any case, or NAME. `hash` is that of its units by `hashStep`. */
export function keywordKind(text: string, start: number, end: number, hash: number): number {
  const candidates = KEYWORDS_BY_SLOT[slotOf(hash)];
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
