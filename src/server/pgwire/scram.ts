/**
 * SCRAM-SHA-256 (RFC 5802, RFC 7677), the server's side, without channel binding.
 *
 *   client-first  n,,n=,r=<nonce c>          ─▶
 *   ◀─ server-first  r=<nonce c><nonce s>,s=<salt>,i=<iterations>
 *   client-final  c=biws,r=<nonces>,p=<proof> ─▶
 *   ◀─ server-final  v=<signature>
 *
 * Only verifiers are kept; a password cannot be had from one. Their text form is PostgreSQL's:
 * `SCRAM-SHA-256$<iterations>:<salt>$<stored key>:<server key>`.
 */
import { createHash, createHmac, pbkdf2, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { EngineError } from '../../base/errors.ts';
import type { Random } from '../../base/random.ts';

export const SCRAM_MECHANISM = 'SCRAM-SHA-256';
const KEY_BYTES = 32;
const SALT_BYTES = 16;
const NONCE_BYTES = 18;
export const SCRAM_ITERATIONS = 4096;

export interface ScramVerifier {
  readonly iterations: number;
  readonly salt: Uint8Array;
  readonly storedKey: Uint8Array;
  readonly serverKey: Uint8Array;
}

const derive = promisify(pbkdf2);
const hmac = (key: Uint8Array, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** A verifier with a fresh salt. */
export async function makeVerifier(password: string, random: Random, iterations = SCRAM_ITERATIONS): Promise<ScramVerifier> {
  const salt = random.bytes(SALT_BYTES);
  const salted = await derive(password.normalize('NFKC'), salt, iterations, KEY_BYTES, 'sha256');
  return { iterations, salt, storedKey: sha256(hmac(salted, 'Client Key')), serverKey: hmac(salted, 'Server Key') };
}

/** What an unknown user is asked for, so that the answers do not tell who exists: the same salt for the same name. */
export function mockVerifier(user: string, secret: Uint8Array): ScramVerifier {
  const salt = hmac(secret, `salt ${user}`).subarray(0, SALT_BYTES);
  return { iterations: SCRAM_ITERATIONS, salt, storedKey: hmac(secret, `stored ${user}`), serverKey: hmac(secret, `server ${user}`) };
}

export function printVerifier(verifier: ScramVerifier): string {
  return `${SCRAM_MECHANISM}$${verifier.iterations}:${base64(verifier.salt)}$${base64(verifier.storedKey)}:${base64(verifier.serverKey)}`;
}

/** The verifier in its text form; undefined when the text is something else (a plain password). */
export function parseVerifier(text: string): ScramVerifier | undefined {
  const match = /^SCRAM-SHA-256\$(\d{1,9}):([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]+):([A-Za-z0-9+/=]+)$/.exec(text);
  if (match === null) return undefined;
  const [, iterations, salt, storedKey, serverKey] = match as unknown as [string, string, string, string, string];
  const verifier = { iterations: Number(iterations), salt: Buffer.from(salt, 'base64'), storedKey: Buffer.from(storedKey, 'base64'), serverKey: Buffer.from(serverKey, 'base64') };
  return verifier.iterations > 0 && verifier.storedKey.length === KEY_BYTES && verifier.serverKey.length === KEY_BYTES ? verifier : undefined;
}

const malformed = (what: string): EngineError => new EngineError('protocol-violation', `malformed SCRAM message: ${what}`);

/** One exchange. `first` answers client-first; `final` answers client-final, or undefined when the proof is wrong. */
export class ScramExchange {
  readonly #verifier: ScramVerifier;
  readonly #nonceTail: string;
  #clientFirstBare = '';
  #serverFirst = '';
  #nonce = '';
  #header = '';

  constructor(verifier: ScramVerifier, random: Random) {
    this.#verifier = verifier;
    this.#nonceTail = base64(random.bytes(NONCE_BYTES));
  }

  first(message: string): string {
    const match = /^([ny]|p=[^,]*),(a=[^,]*)?,(.*)$/s.exec(message);
    if (match === null) throw malformed('the first message has no channel-binding header');
    const [, binding, authorizationId, bare] = match as unknown as [string, string, string | undefined, string];
    if (binding.startsWith('p')) throw malformed('channel binding needs TLS');
    const nonce = /^n=[^,]*,r=([\x21-\x2b\x2d-\x7e]+)(?:,.*)?$/.exec(bare)?.[1];
    if (nonce === undefined) throw malformed('the first message has no nonce');
    this.#header = `${binding},${authorizationId ?? ''},`;
    this.#clientFirstBare = bare;
    this.#nonce = nonce + this.#nonceTail;
    this.#serverFirst = `r=${this.#nonce},s=${base64(this.#verifier.salt)},i=${this.#verifier.iterations}`;
    return this.#serverFirst;
  }

  final(message: string): string | undefined {
    const match = /^(c=([^,]*),r=([^,]*)(?:,.*)?),p=([A-Za-z0-9+/=]+)$/s.exec(message);
    if (match === null) throw malformed('the final message lacks binding, nonce or proof');
    const [, withoutProof, binding, nonce, proofText] = match as unknown as [string, string, string, string, string];
    if (Buffer.from(binding, 'base64').toString('latin1') !== this.#header) throw malformed('the channel binding has changed');
    if (nonce !== this.#nonce) throw malformed('the nonce has changed');
    const proof = Buffer.from(proofText, 'base64');
    if (proof.length !== KEY_BYTES) throw malformed('the proof has the wrong length');
    const transcript = `${this.#clientFirstBare},${this.#serverFirst},${withoutProof}`;
    const clientKey = hmac(this.#verifier.storedKey, transcript);
    for (let index = 0; index < KEY_BYTES; index++) clientKey[index] = (clientKey[index] as number) ^ (proof[index] as number);
    if (!timingSafeEqual(sha256(clientKey), this.#verifier.storedKey)) return undefined;
    return `v=${base64(hmac(this.#verifier.serverKey, transcript))}`;
  }
}
