import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJson } from './json-read.ts';
import type { Value } from './value.ts';

/** What JSON.parse gives, in this database's values. */
function valueOf(json: unknown): Value {
  if (Array.isArray(json)) return json.map(valueOf);
  if (typeof json === 'number') return Number.isInteger(json) ? BigInt(json) : json;
  if (typeof json === 'object' && json !== null) return new Map(Object.entries(json).map(([name, value]) => [name, valueOf(value)]));
  return json as Value;
}

describe('JSON text', () => {
  test('is read as JSON.parse reads it, with integers exact', () => {
    const leaf = fc.oneof(fc.string({ unit: 'binary' }), fc.integer(), fc.boolean(), fc.constant(null), fc.constantFrom(0.5, -2.25, 1e-7));
    const document = fc.object({ key: fc.string(), values: [leaf], maxDepth: 3 });
    fc.assert(fc.property(document, fc.constantFrom(undefined, 1, '\t'), (json, indent) => {
      expect(parseJson(JSON.stringify(json, undefined, indent))).toEqual(valueOf(JSON.parse(JSON.stringify(json))));
    }), { numRuns: 100 });
  });
  test.each<[string, Value]>([
    ['0', 0n], ['-0', 0n], ['999999999999999', 999999999999999n], ['9223372036854775807', 9223372036854775807n], ['12.0', 12], ['1e2', 100], ['1E2', 100],
    ['-9223372036854775808', -9223372036854775808n], ['"a\\u0041\\n"', 'aA\n'], ['"é😀"', 'é😀'], [' [ ] ', []],
  ])('%s', (text, value) => { expect(parseJson(text)).toEqual(value); });
  test.each(['01', '1.', '.5', '-', '"a', '"\n"', '"\\x"', '1 2', '{"a" 1}', '[1,]', '', 'nul', "'a'", '+1'])('refuses %j', (text) => {
    expect(() => parseJson(text)).toThrow('Invalid JSON at offset');
  });
});
