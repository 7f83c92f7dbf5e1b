/** Settings of a session: what SET changes, SHOW shows and ParameterStatus reports. Unknown names are kept as they are. */
import { EngineError } from '../base/errors.ts';
import type { SettingsAccess } from '../catalog/function.ts';
import { formatValue } from '../data/types/format.ts';
import { isTagged, type Value } from '../data/types/value.ts';

/** Names that clients track, in PostgreSQL's spelling, by lower-case name. */
const REPORTED: ReadonlyMap<string, string> = new Map([
  'server_version', 'server_encoding', 'client_encoding', 'search_path', 'DateStyle', 'IntervalStyle', 'TimeZone', 'integer_datetimes',
  'standard_conforming_strings', 'application_name', 'fallback_output_format',
].map((name) => [name.toLowerCase(), name]));

const DEFAULTS: readonly (readonly [string, string])[] = [
  ['server_version', '16'],
  ['server_encoding', 'UTF8'],
  ['client_encoding', 'UTF8'],
  ['search_path', 'public'],
  ['datestyle', 'ISO'],
  ['intervalstyle', 'ISO_8601'],
  ['timezone', 'UTC'],
  ['integer_datetimes', 'on'],
  ['standard_conforming_strings', 'on'],
];

/** What cannot be changed by SET. */
const FIXED = new Set(['server_version', 'server_encoding', 'integer_datetimes', 'standard_conforming_strings']);

const MS_BY_UNIT: Readonly<Record<string, number>> = { '': 1, us: 0.001, ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/** `statement_timeout` as PostgreSQL reads it: a number of milliseconds, or a number with a unit. 0 is none. */
export function parseTimeout(text: string): number {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(text);
  const unit = MS_BY_UNIT[match?.[2]?.toLowerCase() ?? '?'];
  if (match === null || unit === undefined) {
    throw new EngineError('invalid-parameter-value', `invalid value for parameter "statement_timeout": "${text}"`, { hint: 'Give milliseconds, or a number with one of the units us, ms, s, min, h, d.' });
  }
  return Math.round(Number(match[1]) * unit);
}

/** Text is UTF-8 on the wire; SQL_ASCII means that nobody converts. Throws 22023 for other encodings. */
export function checkEncoding(value: string): void {
  if (/^(?:utf-?8|unicode|sql_ascii|auto)?$/i.test(value.replaceAll(/['"\s]/g, ''))) return;
  throw new EngineError('invalid-parameter-value', `client_encoding "${value}" is not supported: this server speaks UTF8 only`);
}

/** A value of SET as the text that is kept. `SET TIME ZONE INTERVAL '+02:00' HOUR TO MINUTE` is an offset. */
export function settingText(name: string, value: Value): string {
  if (value === null) return '';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (name === 'timezone' && isTagged(value) && value.kind === 'interval' && value.months === 0 && value.days === 0) return offsetText(value.nanos);
  return formatValue(value);
}

function offsetText(nanos: bigint): string {
  const minutes = Number((nanos < 0n ? -nanos : nanos) / NANOS_PER_MINUTE);
  const two = (part: number): string => String(part).padStart(2, '0');
  return minutes === 0 ? 'UTC' : `${nanos < 0n ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
const NANOS_PER_MINUTE = 60_000_000_000n;

export class SessionSettings implements SettingsAccess {
  readonly #values: Map<string, string>;
  readonly #initial: ReadonlyMap<string, string>;
  readonly #onParameter: (name: string, value: string) => void;
  /** Throws for a zone that does not exist. */
  readonly #checkZone: (zone: string) => string;
  #zone = 'UTC';
  #statementTimeoutMs = 0;

  constructor(startUp: ReadonlyMap<string, string>, checkZone: (zone: string) => string, onParameter: (name: string, value: string) => void) {
    this.#checkZone = checkZone;
    this.#onParameter = () => undefined;
    this.#values = new Map(DEFAULTS);
    for (const [name, value] of startUp) if (!FIXED.has(name)) this.set(name, value);
    this.#initial = new Map(this.#values);
    this.#onParameter = onParameter;
  }

  get zone(): string { return this.#zone; }
  get statementTimeoutMs(): number { return this.#statementTimeoutMs; }
  all(): ReadonlyMap<string, string> { return this.#values; }
  get(name: string): string | undefined { return this.#values.get(name.toLowerCase()); }

  set(name: string, value: string): void {
    const key = name.toLowerCase();
    if (FIXED.has(key)) {
      if (this.#values.get(key)?.toLowerCase() === value.toLowerCase()) return;
      throw new EngineError('invalid-parameter-value', `parameter "${name}" cannot be changed`);
    }
    let stored = value;
    if (key === 'client_encoding') checkEncoding(value);
    if (key === 'timezone') { this.#zone = this.#checkZone(value); stored = this.#zone; }
    if (key === 'statement_timeout') this.#statementTimeoutMs = parseTimeout(value);
    this.#values.set(key, stored);
    this.#onParameter(REPORTED.get(key) ?? key, stored);
  }

  /** Back to what the session started with; without a name, every setting. */
  reset(name?: string): void {
    const names = name === undefined ? [...this.#values.keys()] : [name.toLowerCase()];
    for (const key of names) {
      if (FIXED.has(key)) continue;
      const initial = this.#initial.get(key);
      if (initial !== undefined) { if (this.#values.get(key) !== initial) this.set(key, initial); continue; }
      this.#values.delete(key);
      if (key === 'statement_timeout') this.#statementTimeoutMs = 0;
    }
  }

  /** Everything to report at start-up, in PostgreSQL's spelling. */
  reported(): (readonly [string, string])[] {
    return [...this.#values].filter(([key]) => REPORTED.has(key)).map(([key, value]) => [REPORTED.get(key) as string, value] as const);
  }
}
