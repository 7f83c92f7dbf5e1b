/**
 * What ATTACH DATABASE … WITH says: as much of YAML as it takes.
 *
 *   log: !Local              either both in memory
 *     path: 'dir/log'        or both on a local volume; data, log and all lie below the path of `storage`
 *   storage: !Local
 *     path: 'dir/objects'
 *   mode: read-write       critical: false       partitions: 1
 */
import { EngineError } from '../base/errors.ts';

/** `default`: where the node keeps its own databases. */
export type AttachPlace = { readonly kind: 'default' | 'memory' } | { readonly kind: 'directory'; readonly path: string };

type Section = { readonly tag: string | undefined; readonly value: string; readonly keys: Map<string, string> };

const bad = (message: string, hint?: string): EngineError => new EngineError('invalid-parameter-value', `Invalid database config: ${message}`, hint === undefined ? {} : { hint });

const unquoted = (text: string): string => /^'(.*)'$/s.exec(text)?.[1]?.replaceAll("''", "'") ?? /^"([^"\\]*)"$/.exec(text)?.[1] ?? text;

/** Settings that can only say what is so anyway, and why. */
const FIXED: ReadonlyMap<string, readonly [value: string, reason: string]> = new Map([
  ['mode', ['read-write', 'A database of this node is read-write.']],
  ['critical', ['false', 'Nothing watches the health of databases.']],
  ['partitions', ['1', 'A database has one partition.']],
]);

/** Throws 22023 for what it does not know: nothing is passed over. */
export function readAttachConfig(config: string | undefined): AttachPlace {
  if (config === undefined) return { kind: 'default' };
  const sections = readSections(config);
  for (const [name, section] of sections) {
    if (name === 'log' || name === 'storage') continue;
    const fixed = FIXED.get(name);
    if (fixed === undefined) throw bad(`there is no setting ${name}`, 'log and storage can be set.');
    if (section.value !== fixed[0]) throw bad(`${name} ${section.value} is not available`, fixed[1]);
  }
  const log = placeOf(sections.get('log'), 'log');
  const storage = placeOf(sections.get('storage'), 'storage');
  if ((log?.kind ?? storage?.kind) !== (storage?.kind ?? log?.kind)) throw bad('log and storage are both in memory or both local');
  if (log?.kind === 'directory' && storage === undefined) throw bad('a local log needs a local storage');
  return storage ?? log ?? { kind: 'default' };
}

function placeOf(section: Section | undefined, name: string): AttachPlace | undefined {
  if (section === undefined) return undefined;
  const path = section.keys.get('path');
  for (const key of section.keys.keys()) if (key !== 'path') throw bad(`${name} has no setting ${key}`);
  if (section.tag === '!InMemory' || section.tag === '!Memory') return { kind: 'memory' };
  if (section.tag !== '!Local') throw bad(`${name}: ${section.tag ?? 'nothing'} is not available`, '!Local with a path, or !InMemory.');
  if (path === undefined || path === '') throw bad(`${name}: !Local needs a path`);
  return { kind: 'directory', path };
}

/** `key: value` or `key: !Tag`, with `key: value` lines set in below. */
function readSections(config: string): Map<string, Section> {
  const sections = new Map<string, Section>();
  let outer: number | undefined;
  let current: Section | undefined;
  for (const line of config.split('\n').map((text) => text.replace(/(^|\s)#.*$/, '').trimEnd())) {
    if (line.trim() === '') continue;
    const match = /^( *)([a-zA-Z][a-zA-Z0-9]*):(?:\s+(![A-Za-z]+))?(?:\s+(\S.*))?$/.exec(line);
    if (match === null) throw bad(`"${line.trim()}" is not a setting`, 'Settings are written as key: value.');
    const depth = match[1]?.length ?? 0;
    const name = match[2] as string;
    const value = unquoted(match[4] ?? '');
    outer ??= depth;
    if (depth < outer) throw bad(`"${line.trim()}" is not set in as the lines above it`);
    if (depth > outer) {
      if (current === undefined) throw bad(`"${line.trim()}" belongs to nothing`);
      current.keys.set(name, value);
    } else {
      if (sections.has(name)) throw bad(`${name} is given twice`);
      current = { tag: match[3], value, keys: new Map() };
      sections.set(name, current);
    }
  }
  return sections;
}
