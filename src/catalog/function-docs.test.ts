import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { functionDocs } from './function-docs.ts';
import { allFunctions } from './registry.ts';

test('docs/functions.md is what the registry says (if not: node scripts/with-node.mjs scripts/function-docs.mjs)', () => {
  expect(readFileSync(new URL('../../docs/functions.md', import.meta.url), 'utf8')).toBe(functionDocs());
});

test('no two functions share a name', () => {
  const names = allFunctions().flatMap((definition) => [definition.name, ...definition.aliases]);
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
});

test('every function has a signature, a sentence and an example', () => {
  for (const definition of allFunctions()) {
    expect(definition.signature, definition.name).not.toBe('');
    expect(definition.doc, definition.name).toMatch(/\.$/);
    expect(definition.example, definition.name).not.toBe('');
  }
});
