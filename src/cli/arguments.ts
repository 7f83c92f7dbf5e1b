/** Reads a command line. What it does not know is refused with the nearest name that it does. */

export interface Flag {
  /** Without the dashes. */
  readonly name: string;
  /** What the value is, for the help; flags without one are switches. */
  readonly value?: string;
  /** Environment variable that stands for the flag where it is not given. */
  readonly env?: string;
  readonly help: string;
}

/** A mistake on the command line or in the environment: exit status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export type FlagValues = ReadonlyMap<string, string>;

/** Values by flag name; a switch that is on has the value `true`. The command line beats the environment. */
export function readFlags(argv: readonly string[], flags: readonly Flag[], env: Readonly<Record<string, string | undefined>>): FlagValues {
  const values = new Map<string, string>();
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index] as string;
    if (!word.startsWith('--')) throw new UsageError(`"${word}" was not expected here`);
    const equals = word.indexOf('=');
    const name = word.slice(2, equals < 0 ? undefined : equals);
    const flag = flags.find((known) => known.name === name);
    if (flag === undefined) throw new UsageError(`there is no flag --${name}${suggestion(name, flags.map((known) => known.name), '--')}`);
    if (values.has(name)) throw new UsageError(`--${name} is given twice`);
    if (flag.value === undefined) {
      if (equals >= 0) throw new UsageError(`--${name} takes no value`);
      values.set(name, 'true');
      continue;
    }
    const value = equals >= 0 ? word.slice(equals + 1) : argv[++index];
    if (value === undefined || value === '') throw new UsageError(`--${name} needs a value: --${name} ${flag.value}`);
    values.set(name, value);
  }
  for (const flag of flags) {
    const value = flag.env === undefined ? undefined : env[flag.env];
    if (value === undefined || value === '' || values.has(flag.name)) continue;
    if (flag.value !== undefined) values.set(flag.name, value);
    else if (isOn(value, flag.env as string)) values.set(flag.name, 'true');
  }
  return values;
}

function isOn(value: string, variable: string): boolean {
  if (/^(?:1|true|yes|on)$/i.test(value)) return true;
  if (/^(?:0|false|no|off)$/i.test(value)) return false;
  throw new UsageError(`${variable} is "${value}"; true or false expected`);
}

/** A TCP port. 0 lets the system choose. */
export function readPort(values: FlagValues, fallback: number): number {
  const text = values.get('port');
  if (text === undefined) return fallback;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (!(port <= 65_535)) throw new UsageError(`the port is "${text}"; a number from 0 to 65535 expected`);
  return port;
}

/** A whole number from `min` up to a thousand million, or undefined where the flag is not given. */
export function readCount(values: FlagValues, name: string, min: number): number | undefined {
  const text = values.get(name);
  if (text === undefined) return undefined;
  const count = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
  if (!(count >= min && count <= 1e9)) throw new UsageError(`--${name} is "${text}"; a whole number from ${min} to 1000000000 expected`);
  return count;
}

/** `; did you mean --port?`, or nothing when no name is near. */
export function suggestion(name: string, known: readonly string[], prefix = ''): string {
  const near = known.find((candidate) => isNear(name, candidate));
  return near === undefined ? '' : `; did you mean ${prefix}${near}?`;
}

/** At most two letters wrong, missing or too many, or one the start of the other. */
function isNear(a: string, b: string): boolean {
  if (a.length > 1 && (b.startsWith(a) || a.startsWith(b))) return true;
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replaced = (previous[column - 1] as number) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, (previous[column] as number) + 1, (current[column - 1] as number) + 1));
    }
    previous = current;
  }
  return (previous[b.length] as number) <= Math.min(2, b.length - 1);
}
