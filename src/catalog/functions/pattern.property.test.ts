import fc from 'fast-check';
import { expect, test } from 'vitest';
import { notNull, TEXT } from '../../data/types/type.ts';
import { lookupScalar, resolveCall } from '../registry.ts';
import { TEST_CONTEXT } from '../test-context.ts';

/** By definition, character by character; `at` and `from` are positions in code points. */
function fits(text: readonly string[], pattern: readonly string[], at = 0, from = 0): boolean {
  if (from === pattern.length) return at === text.length;
  const isLineEnd = at < text.length && /[\n\r]/.test(text[at] as string);
  if (pattern[from] === '%') return fits(text, pattern, at, from + 1) || (at < text.length && !isLineEnd && fits(text, pattern, at + 1, from));
  if (at === text.length) return false;
  if (pattern[from] === '_') return !isLineEnd && fits(text, pattern, at + 1, from + 1);
  return text[at] === pattern[from] && fits(text, pattern, at + 1, from + 1);
}

test('LIKE agrees with its definition, with and without line ends and wildcards of either kind', () => {
  const like = lookupScalar('like');
  if (like === undefined) throw new Error('no LIKE');
  const { call } = resolveCall(like, [notNull(TEXT), notNull(TEXT)]);
  const text = fc.array(fc.constantFrom('a', 'b', '.', '\n', '\u{1f600}'), { maxLength: 8 });
  const pattern = fc.array(fc.constantFrom('a', 'b', '.', '%', '_', '\n', '%'), { maxLength: 6 });
  fc.assert(fc.property(text, pattern, (subject, against) => {
    expect(call(TEST_CONTEXT, subject.join(''), against.join(''))).toBe(fits(subject, against));
  }), { numRuns: 3000 });
});
