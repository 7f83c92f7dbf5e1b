/** OIDs of relations: a hash of their name, so that they are the same on every node and after every start. Collisions are possible. */
import { crc32 } from 'node:zlib';

/** Below this PostgreSQL's clients expect built-in objects. */
const FIRST_USER_OID = 16_384;

export function relationOid(schema: string, name: string): number {
  return FIRST_USER_OID + (crc32(`${schema}/${name}`) >>> 0) % (2 ** 31 - 1 - FIRST_USER_OID);
}
