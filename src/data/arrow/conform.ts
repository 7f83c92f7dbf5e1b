/** Values that go into a leg of a wider type of their family: integers, floats and decimals, where nothing is lost. */
import { assert } from '../../base/assert.ts';
import type { Value } from '../types/value.ts';
import { fitsPrecision, legKey, legKeyOfValue, powerOfTen } from './leg.ts';
import type { Leg } from './leg.ts';

type Cells = readonly (Value | undefined)[];

/** The cells, each of exactly the leg's type (or NULL or absent). Returns the same array when all are already. */
export function conform(leg: Leg, cells: Cells): Cells {
  if (leg.kind === 'value' || leg.kind === 'error') return cells;
  const key = legKey(leg);
  for (let row = 0; row < cells.length; row++) {
    const cell = cells[row];
    if (cell !== null && cell !== undefined && legKeyOfValue(cell) !== key) return cells.map((each) => widen(leg, key, each));
  }
  return cells;
}

function widen(leg: Leg, key: string, cell: Value | undefined): Value | undefined {
  if (cell === null || cell === undefined || legKeyOfValue(cell) === key) return cell;
  const widened = widenNumber(leg, cell);
  assert(widened !== undefined, 'a value of the leg it is written to');
  return widened;
}

function widenNumber(leg: Leg, cell: Value): Value | undefined {
  const integer = integerOf(cell);
  if (leg.kind === 'int' && integer !== undefined) {
    if (BigInt.asIntN(leg.bits, integer) !== integer) return undefined;
    return leg.bits === 64 ? integer : { kind: 'int', bits: leg.bits, value: Number(integer) };
  }
  if (leg.kind === 'float' && leg.bits === 64) return tagOf(cell) === 'float32' ? (cell as { value: number }).value : undefined;
  if (leg.kind !== 'decimal') return undefined;
  const [unscaled, scale] = integer !== undefined ? [integer, 0] : tagOf(cell) === 'decimal' ? [(cell as { unscaled: bigint }).unscaled, (cell as { scale: number }).scale] : [undefined, 0];
  if (unscaled === undefined || scale > leg.scale) return undefined;
  const scaled = unscaled * powerOfTen(leg.scale - scale);
  return fitsPrecision(scaled, leg.precision) ? { kind: 'decimal', unscaled: scaled, scale: leg.scale, precision: leg.precision } : undefined;
}

const tagOf = (value: Value): string | undefined => (typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined);

function integerOf(cell: Value): bigint | undefined {
  if (typeof cell === 'bigint') return cell;
  return tagOf(cell) === 'int' ? BigInt((cell as { value: number }).value) : undefined;
}
