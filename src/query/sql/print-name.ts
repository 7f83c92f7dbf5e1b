/** Names, strings and words in a row → SQL, quoted where they must be. */
import type { Name } from './ast.ts';
import { K, isName } from './tokens.ts';

const RESERVED_WORDS: ReadonlySet<string> = new Set(Object.entries(K).filter(([, kind]) => !isName(kind)).map(([word]) => word.toLowerCase()));
const isRegular = (text: string): boolean => /^[a-z_\u0080-\uffff][a-z0-9_$\u0080-\uffff]*$/.test(text);

const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`;

/** As it was written: what came without quotes stood where it needs none. */
export function printName({ text, quoted }: Name): string {
  return quoted || !isRegular(text) ? quote(text) : text;
}

/** Names of which the tree does not say whether they were quoted, and names that come from elsewhere than SQL. */
export const printWord = (text: string): string => (isRegular(text) && !RESERVED_WORDS.has(text) ? text : quote(text));

/** Behind a dot or AS, or as a key, where every word may stand. */
export const printLabel = printName;

export const printPath = (path: readonly Name[]): string => path.map(printName).join('.');

/** A list of columns in parentheses; nothing for none. */
export const printColumns = (columns: readonly Name[]): string => (columns.length === 0 ? '' : `(${columns.map(printName).join(', ')})`);

/** Parts with one space between them; empty ones are left out. */
export const words = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join(' ');

/** As a plain literal if it has no control characters, else with escapes. */
export function printString(text: string): string {
  // eslint-disable-next-line no-control-regex
  if (!/[\u0001-\u001f]/.test(text)) return `'${text.replaceAll("'", "''")}'`;
  // eslint-disable-next-line no-control-regex
  const escaped = text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replace(/[\u0001-\u001f]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return `E'${escaped}'`;
}
