/**
 * Answers of the two databases in one form, and whether they agree.
 *
 *   null · boolean · 'n:12.5' exact number · 12.5 inexact number · 't:text' · 'date:…' · 'ts:<µs>' · 'tz:<µs>' · 'uuid:…' · 'bytes:<hex>'
 */
import { isTagged, type Value } from '../../src/data/types/value.ts';

export type Cell = null | boolean | number | string;
export interface Rows { readonly kind: 'rows'; readonly names: readonly string[]; readonly rows: readonly (readonly Cell[])[] }
export interface Failure { readonly kind: 'error'; readonly sqlState: string; readonly message: string }
export type Answer = Rows | Failure;

const MICROS: Readonly<Record<string, bigint>> = { s: 1_000_000n, ms: 1000n, us: 1n };
const toMicros = (unit: string, value: bigint): bigint => (unit === 'ns' ? value / 1000n : value * (MICROS[unit] ?? 1n));

/** `-12.50` → `-12.5`, `-0` → `0`. */
function exact(text: string): string {
  const trimmed = text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text;
  return `n:${trimmed === '-0' ? '0' : trimmed}`;
}

function decimalText(unscaled: bigint, scale: number): string {
  const sign = unscaled < 0n ? '-' : '';
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  return scale === 0 ? sign + digits : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

export function cellOfValue(value: Value): Cell {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'bigint') return exact(value.toString());
  if (typeof value === 'number') return value;
  if (typeof value === 'string') return `t:${value}`;
  if (value instanceof Uint8Array) return `bytes:${hexOf(value)}`;
  if (!isTagged(value)) throw new Error('a generated query does not give lists or structs');
  switch (value.kind) {
    case 'int': return exact(String(value.value));
    case 'float32': return value.value;
    case 'decimal': return exact(decimalText(value.unscaled, value.scale));
    case 'date': return `date:${new Date(value.days * 86_400_000).toISOString().slice(0, 10)}`;
    case 'timestamp': return `ts:${toMicros(value.unit, value.value)}`;
    case 'timestamptz': return `tz:${toMicros(value.unit, value.value)}`;
    case 'uuid': return `uuid:${value.text}`;
    default: return `${value.kind}:${JSON.stringify(value, (_, x: unknown) => (typeof x === 'bigint' ? String(x) : x))}`;
  }
}

/** µs since 1970 of `2020-01-31 12:34:56.5` with or without an offset. */
function microsOfText(text: string): bigint {
  const match = /^(\d+)-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?)?( BC)?$/.exec(text);
  if (match === null) throw new Error(`PostgreSQL wrote a timestamp in an unexpected form: ${text}`);
  const [, year, month, day, hour, minute, second, fraction = '', sign, offsetHour = '0', offsetMinute = '0', offsetSecond = '0'] = match;
  const date = new Date(0);
  date.setUTCFullYear(match[12] === undefined ? Number(year) : 1 - Number(year), Number(month) - 1, Number(day));
  date.setUTCHours(Number(hour), Number(minute), Number(second));
  const offset = (Number(offsetHour) * 3600 + Number(offsetMinute) * 60 + Number(offsetSecond)) * (sign === '-' ? -1 : 1);
  return (BigInt(date.getTime() / 1000) - BigInt(offset)) * 1_000_000n + BigInt(fraction.padEnd(6, '0') || '0');
}

/** A cell as PostgreSQL writes it, by the OID of its type. */
export function cellOfText(text: string | null, oid: number): Cell {
  if (text === null) return null;
  switch (oid) {
    case 16: return text === 't';
    case 17: return `bytes:${text.slice(2)}`;
    case 20: case 21: case 23: case 1700: return exact(text);
    case 700: case 701: return Number(text);
    case 1082: return `date:${text}`;
    case 1114: return `ts:${microsOfText(text)}`;
    case 1184: return `tz:${microsOfText(text)}`;
    case 2950: return `uuid:${text}`;
    default: return `t:${text}`;
  }
}

const numberOf = (cell: Cell): number => (typeof cell === 'number' ? cell : typeof cell === 'string' && cell.startsWith('n:') ? Number(cell.slice(2)) : Number.NaN);

function sameCell(a: Cell, b: Cell): boolean {
  if (a === b) return true;
  if (typeof a !== 'number' && typeof b !== 'number') return false;
  const x = numberOf(a);
  const y = numberOf(b);
  return Object.is(x, y) || Math.abs(x - y) <= 1e-9 * Math.max(1, Math.abs(x), Math.abs(y));
}

/** Numbers that may differ in their last digits are written alike. */
const roundedText = (row: readonly Cell[]): string => row.map((cell) => {
  const number = numberOf(cell);
  return Number.isNaN(number) ? String(cell) : number.toPrecision(9);
}).join('\u0001');

function compareCells(a: Cell, b: Cell): number {
  const difference = numberOf(a) - numberOf(b);
  if (difference !== 0 && !Number.isNaN(difference)) return difference;
  return String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0;
}

/** By rounded numbers, and where these are alike by the numbers themselves. */
function inOneOrder(rows: Rows['rows']): Rows['rows'] {
  const texts = rows.map((row) => ({ row, text: roundedText(row) }));
  texts.sort((a, b) => {
    if (a.text !== b.text) return a.text < b.text ? -1 : 1;
    for (const [at, cell] of a.row.entries()) { const order = compareCells(cell, b.row[at] ?? null); if (order !== 0) return order; }
    return 0;
  });
  return texts.map(({ row }) => row);
}

export type Disagreement = 'names' | 'count' | 'values' | 'order' | 'only varve fails' | 'only postgres fails';

/** What the two disagree about. Errors agree with errors. */
export function disagreement(varve: Answer, postgres: Answer, isOrdered: boolean): Disagreement | undefined {
  if (varve.kind === 'error') return postgres.kind === 'error' ? undefined : 'only varve fails';
  if (postgres.kind === 'error') return 'only postgres fails';
  if (varve.names.join() !== postgres.names.join()) return 'names';
  if (varve.rows.length !== postgres.rows.length) return 'count';
  const same = (a: Rows['rows'], b: Rows['rows']): boolean => a.every((row, i) => row.every((cell, at) => sameCell(cell, b[i]?.[at] ?? null)));
  if (isOrdered && same(varve.rows, postgres.rows)) return undefined;
  if (!same(inOneOrder(varve.rows), inOneOrder(postgres.rows))) return 'values';
  return isOrdered ? 'order' : undefined;
}

export function show(answer: Answer, rowCountMax = 12): string {
  if (answer.kind === 'error') return `  ${answer.sqlState} ${answer.message}`;
  const lines = [answer.names, ...answer.rows.slice(0, rowCountMax)].map((row) => `  ${row.map((cell) => (cell === null ? 'NULL' : String(cell))).join(' | ')}`);
  return [...lines, answer.rows.length > rowCountMax ? `  … ${answer.rows.length} rows` : ''].join('\n').trimEnd();
}
