// Writes docs/functions.md from the function registry, or with --check tells whether it is up to date.
import { readFileSync, writeFileSync } from 'node:fs';
import { functionDocs } from '../src/catalog/function-docs.ts';

const file = new URL('../docs/functions.md', import.meta.url);
const text = functionDocs();
if (process.argv.includes('--check')) {
  if (readFileSync(file, 'utf8') !== text) {
    console.error('docs/functions.md is not what the registry says; run: node scripts/with-node.mjs scripts/function-docs.mjs');
    process.exitCode = 1;
  }
} else writeFileSync(file, text);
