/**
 * The house rules that a machine can check. Each rule is a function from the tree to its violations, and each is shown to bite.
 */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');
const SRC = path.join(ROOT, 'src');

/** Who may import whom: a layer may import itself and the layers named. */
const LAYERS: Record<string, readonly string[]> = {
  base: [],
  data: ['base'],
  catalog: ['base', 'data'],
  query: ['base', 'data', 'catalog'],
  storage: ['base', 'data', 'catalog'],
  tx: ['base', 'data', 'catalog', 'query', 'storage'],
  database: ['base', 'data', 'catalog', 'query', 'storage', 'tx'],
  server: ['base', 'data', 'catalog', 'database'],
  cli: ['base', 'data', 'catalog', 'database', 'server'],
};
const LINES_MAX = 700;
const BAD_NAMES = /(^|[-/])(utils?|helpers?|common|misc|v2)\.ts$|(^|\/)index\.ts$/;

/** Ambient things and where they may stand: file prefixes under src/. */
const AMBIENT: readonly { readonly pattern: RegExp; readonly what: string; readonly allowed: readonly string[] }[] = [
  { pattern: /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(/, what: 'a clock', allowed: ['base/'] },
  { pattern: /\bMath\.random\(|\brandomBytes\(|\brandomUUID\(/, what: 'randomness', allowed: ['base/'] },
  { pattern: /\bprocess\.(env|argv|exit|on|stdout|stderr|cwd)\b/, what: 'the process', allowed: ['cli/'] },
  { pattern: /from 'node:fs(\/promises)?'/, what: 'files', allowed: ['storage/store/', 'storage/log/', 'cli/', 'data/kernels/'] },
  { pattern: /from 'node:(net|tls|http|https|dgram)'/, what: 'the network', allowed: ['server/', 'storage/log/'] },
  { pattern: /\b(setTimeout|setInterval)\(/, what: 'timers', allowed: ['base/', 'server/', 'cli/', 'storage/log/', 'storage/store/'] },
];

interface SourceFile { readonly name: string; readonly text: string }

function sources(): SourceFile[] {
  return readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => ({ name: name.split(path.sep).join('/'), text: readFileSync(path.join(SRC, name), 'utf8') }));
}

const isTest = (name: string): boolean => /\.(test|bench)\.ts$/.test(name);
const layerOf = (name: string): string => name.slice(0, name.indexOf('/'));

/** Imports of a file as names relative to src/ (packages keep their name). */
function importsOf(file: SourceFile): string[] {
  const found = [...file.text.matchAll(/^\s*(?:import|export)\b[^'";]*?from\s*'([^']+)'|\bimport\('([^']+)'\)/gm)].map((m) => (m[1] ?? m[2]) as string);
  return found.map((target) => (target.startsWith('.') ? path.posix.normalize(path.posix.join(path.posix.dirname(file.name), target)) : target));
}

function layerViolations(files: readonly SourceFile[]): string[] {
  return files.filter((file) => !isTest(file.name)).flatMap((file) => {
    const layer = layerOf(file.name);
    const allowed = LAYERS[layer];
    if (allowed === undefined) return [`${file.name}: no such layer`];
    return importsOf(file)
      .filter((target) => target.endsWith('.ts') && layerOf(target) !== layer && !allowed.includes(layerOf(target)))
      .map((target) => `${file.name} imports ${target}`);
  });
}

function packageViolations(files: readonly SourceFile[]): string[] {
  const allowed = /^(node:|temporal-polyfill$)/;
  return files.filter((file) => !isTest(file.name)).flatMap((file) =>
    importsOf(file).filter((target) => !target.endsWith('.ts') && !allowed.test(target)).map((target) => `${file.name} imports ${target}`));
}

/** Cycles among run-time imports; type-only imports cannot knot anything. */
function cycles(files: readonly SourceFile[]): string[] {
  const runtime = new Map(files.filter((file) => !isTest(file.name)).map((file) => {
    const text = file.text.replace(/^\s*(?:import|export) type\b[^;]*;/gm, '');
    return [file.name, importsOf({ name: file.name, text }).filter((target) => target.endsWith('.ts'))] as const;
  }));
  const state = new Map<string, 'open' | 'done'>();
  const found: string[] = [];
  const visit = (name: string, trail: readonly string[]): void => {
    if (state.get(name) === 'done') return;
    if (state.get(name) === 'open') { found.push([...trail.slice(trail.indexOf(name)), name].join(' → ')); return; }
    state.set(name, 'open');
    for (const target of runtime.get(name) ?? []) visit(target, [...trail, name]);
    state.set(name, 'done');
  };
  for (const name of runtime.keys()) visit(name, []);
  return found;
}

const sizeViolations = (files: readonly SourceFile[]): string[] =>
  files.filter((file) => !isTest(file.name)).map((file) => ({ name: file.name, lines: file.text.split('\n').length }))
    .filter(({ lines }) => lines > LINES_MAX).map(({ name, lines }) => `${name}: ${lines} lines`);

/** The code of a file, without comments. */
const codeOf = (file: SourceFile): string => file.text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\/\/.*$/gm, '');

function ambientViolations(files: readonly SourceFile[]): string[] {
  return files.filter((file) => !isTest(file.name)).flatMap((file) => {
    const code = codeOf(file);
    return AMBIENT.filter(({ pattern, allowed }) => pattern.test(code) && !allowed.some((prefix) => file.name.startsWith(prefix)))
      .map(({ what }) => `${file.name} reaches for ${what}`);
  });
}

const nameViolations = (files: readonly SourceFile[]): string[] =>
  files.filter((file) => BAD_NAMES.test(file.name) && file.name !== 'database/index.ts' || /[A-Z_]/.test(path.posix.basename(file.name))).map((file) => file.name);

function styleViolations(files: readonly SourceFile[]): string[] {
  const rules: readonly (readonly [RegExp, string])[] = [
    [/\bexport default\b/, 'a default export'],
    [/:\s*any\b|\bas any\b|<any>/, 'any'],
    [/\b(it|test|describe)\.(skip|only|todo)\b/, 'a skipped or focused test'],
  ];
  const inComments: readonly (readonly [RegExp, string])[] = [
    [/\b(TODO|FIXME|XXX)\b/, 'unfinished work'],
    [/@ts-(ignore|nocheck|expect-error)/, 'a silenced type error'],
  ];
  const found = (file: SourceFile, text: string, list: typeof rules): string[] =>
    list.filter(([pattern]) => pattern.test(text.replace(/'[^'\n]*'/g, "''"))).map(([, what]) => `${file.name}: ${what}`);
  return files.flatMap((file) => [...found(file, codeOf(file), rules), ...found(file, file.text, inComments)]);
}

describe('the tree', () => {
  const files = sources();
  const rules: Record<string, (files: readonly SourceFile[]) => string[]> = {
    'imports point down, and query and storage never meet': layerViolations,
    'the engine has no run-time dependency': packageViolations,
    'there are no import cycles': cycles,
    [`no file is longer than ${LINES_MAX} lines`]: sizeViolations,
    'nothing ambient stands outside the folders that own it': ambientViolations,
    'files are named in kebab-case after one idea': nameViolations,
    'no default exports, no any, no skipped tests, nothing unfinished': styleViolations,
  };
  for (const [name, rule] of Object.entries(rules)) test(name, () => { expect(rule(files)).toEqual([]); });
});

describe('the rules bite', () => {
  const file = (name: string, text: string): SourceFile => ({ name, text });
  test('on an import that points up, also a type-only one', () => {
    expect(layerViolations([file('query/a.ts', "import type { X } from '../storage/x.ts';")])).toHaveLength(1);
    expect(layerViolations([file('base/a.ts', "import { x } from '../data/x.ts';")])).toHaveLength(1);
  });
  test('on a package', () => { expect(packageViolations([file('data/a.ts', "import { x } from 'lodash';")])).toHaveLength(1); });
  test('on a cycle, but not on one of types', () => {
    expect(cycles([file('data/a.ts', "import { b } from './b.ts';"), file('data/b.ts', "import { a } from './a.ts';")])).toHaveLength(1);
    expect(cycles([file('data/a.ts', "import { b } from './b.ts';"), file('data/b.ts', "import type { a } from './a.ts';")])).toEqual([]);
  });
  test('on a long file', () => { expect(sizeViolations([file('data/a.ts', '\n'.repeat(LINES_MAX + 1))])).toHaveLength(1); });
  test('on ambient time', () => { expect(ambientViolations([file('query/a.ts', 'const t = Date.now();')])).toHaveLength(1); });
  test('on a catch-all name', () => { expect(nameViolations([file('data/string-utils.ts', '')])).toHaveLength(1); });
  test('on any', () => { expect(styleViolations([file('data/a.ts', 'let x: any;')])).toHaveLength(1); });
});
