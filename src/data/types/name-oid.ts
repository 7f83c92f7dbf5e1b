/**
 * OIDs: hashes of names, the same on every node and after every restart, and the same that XTDB gives.
 *
 *   a plain name (schema, role, function)   |murmur3 of the Java hash of its characters|
 *   a table                                 |murmur3 of the name's characters, combined with the Java hash of the schema|
 */

/** s[0]·31^(n−1) + … + s[n−1] in 32 bits. */
function stringHash(text: string): number {
  let hash = 0;
  for (let index = 0; index < text.length; index++) hash = (Math.imul(hash, 31) + text.charCodeAt(index)) | 0;
  return hash;
}

const rotate = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits));
const mixWord = (word: number): number => Math.imul(rotate(Math.imul(word, 0xcc9e2d51 | 0), 15), 0x1b873593);
const mixHash = (hash: number, word: number): number => (Math.imul(rotate(hash ^ word, 13), 5) + (0xe6546b64 | 0)) | 0;

function finish(hash: number, length: number): number {
  let value = hash ^ length;
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b | 0);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35 | 0);
  return value ^ (value >>> 16);
}

/** Murmur3 over UTF-16 units, two at a time. */
function charactersHash(text: string): number {
  let hash = 0;
  for (let index = 1; index < text.length; index += 2) hash = mixHash(hash, mixWord(text.charCodeAt(index - 1) | (text.charCodeAt(index) << 16)));
  if (text.length % 2 === 1) hash ^= mixWord(text.charCodeAt(text.length - 1));
  return finish(hash, 2 * text.length);
}

/** The OID of a schema, role, database or function. */
export function nameOid(name: string): number {
  const hash = stringHash(name);
  return Math.abs(hash === 0 ? 0 : finish(mixHash(0, mixWord(hash)), 4));
}

/** The OID of a table or view. */
export function tableOid(schema: string, table: string): number {
  const seed = charactersHash(table);
  return Math.abs(seed ^ ((stringHash(schema) + (0x9e3779b9 | 0) + (seed << 6) + (seed >> 2)) | 0));
}
