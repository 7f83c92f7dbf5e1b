/**
 * Key → dense number, in order of arrival, by open addressing with linear probing.
 *
 *   slots   number + 1, or 0 for free; a power of two many, `mask` = slots - 1
 *   keys    by number
 *   state   [0] numbers given   [1] NULL's number + 1, 0 before it came   [2] entries done: where to go on after the table has grown
 *
 *   assign_i64…   number of each entry's key, new ones for new keys; 1 when done, 0 when the table is half full and must grow
 *   find_i64…     number, or -1 for a key that has none and for NULL
 *
 * With `nullNumber` = 0, NULL is a key like any other when assigning; with -1, it gets -1 and no number.
 * Two 32-bit codes are one key: `pair` puts them together, and -1 on either side is -1.
 */
import { column, type KernelTemplate, type Parameter } from './lower.ts';

const PROBE = `let slot: i32 = hash64(key) & mask;
    let found: i32 = slots[slot];
    while (found != 0 && keys[found - 1] != key) {
      slot = (slot + 1) & mask;
      found = slots[slot];
    }`;

/** How an entry's key is read. */
interface Source { readonly name: string; readonly parameters: Readonly<Record<string, Parameter>>; readonly row: string; readonly key: string; readonly isNull: string | undefined }

const fromColumn = (type: 'i32' | 'i64', nulls: boolean): Source => ({
  name: `${type}${nulls ? '_nulls' : ''}`,
  parameters: { a: column(type), ...(nulls ? { aValid: column('u8') } : {}), sel: column('i32') },
  row: 'const row: i32 = sel[k];', key: '<i64>a[row]', isNull: nulls ? 'bit(aValid[row >> 3], row) == 0' : undefined,
});

const FROM_PAIR: Source = {
  name: 'pair', parameters: { a: column('i32'), b: column('i32') },
  row: '', key: '(<i64>a[k] << 32) | <i64>b[k]', isNull: '(a[k] | b[k]) < 0',
};

function assignTemplate(source: Source): KernelTemplate {
  return {
    name: `assign_${source.name}`,
    parameters: { ...source.parameters, n: 'i32', nullNumber: 'i32', slots: column('i32'), mask: 'i32', keys: column('i64'), state: column('i32'), out: column('i32') },
    result: 'i32',
    body: `
  let count: i32 = state[0];
  for (let k: i32 = state[2]; k < n; k++) {
    if (count * 2 >= mask) { state[0] = count; state[2] = k; return 0; }
    ${source.row}
    ${source.isNull === undefined ? '' : `if (${source.isNull}) {
      if (nullNumber < 0) { out[k] = -1; continue; }
      if (state[1] == 0) { keys[count] = 0; count++; state[1] = count; }
      out[k] = state[1] - 1;
      continue;
    }`}
    const key: i64 = ${source.key};
    ${PROBE}
    if (found == 0) {
      keys[count] = key;
      count++;
      slots[slot] = count;
      found = count;
    }
    out[k] = found - 1;
  }
  state[0] = count;
  state[2] = 0;
  return 1;
`,
  };
}

function findTemplate(source: Source): KernelTemplate {
  return {
    name: `find_${source.name}`,
    parameters: { ...source.parameters, n: 'i32', slots: column('i32'), mask: 'i32', keys: column('i64'), nullNumber: 'i32', out: column('i32') },
    result: 'void',
    body: `
  for (let k: i32 = 0; k < n; k++) {
    ${source.row}
    ${source.isNull === undefined ? '' : `if (${source.isNull}) { out[k] = nullNumber; continue; }`}
    const key: i64 = ${source.key};
    ${PROBE}
    out[k] = found - 1;
  }
`,
  };
}

/** Puts the numbers [0, count) into empty slots; NULL's, if there is one, is not looked for by key. */
const REHASH: KernelTemplate = {
  name: 'rehash', parameters: { keys: column('i64'), count: 'i32', nullNumber: 'i32', slots: column('i32'), mask: 'i32' }, result: 'void',
  body: `
  for (let number: i32 = 0; number < count; number++) {
    if (number == nullNumber) continue;
    let slot: i32 = hash64(keys[number]) & mask;
    while (slots[slot] != 0) slot = (slot + 1) & mask;
    slots[slot] = number + 1;
  }
`,
};

export function* groupTemplates(): Generator<KernelTemplate> {
  yield REHASH;
  for (const source of [fromColumn('i64', false), fromColumn('i64', true), fromColumn('i32', false), fromColumn('i32', true), FROM_PAIR]) {
    yield assignTemplate(source);
    yield findTemplate(source);
  }
}
