/**
 * From the first byte of a connection to a user who is let in.
 *
 *   start-up ─▶ SSL / GSSENC: answer N, wait again
 *            ─▶ cancel: do it, close
 *            ─▶ start ─▶ trust ───────────────────────────▶ let in
 *                     └▶ SASL ─▶ client-first ─▶ client-final ─▶ let in, or 28P01
 */
import { EngineError } from '../../base/errors.ts';
import type { Random } from '../../base/random.ts';
import { authenticationOk, authenticationSasl, authenticationSaslData, negotiateProtocolVersion } from './backend-messages.ts';
import { printType } from './frame-reader.ts';
import type { FrameReader } from './frame-reader.ts';
import type { Output } from './output.ts';
import { mockVerifier, SCRAM_MECHANISM, ScramExchange } from './scram.ts';
import type { ScramVerifier } from './scram.ts';
import { PROTOCOL_3_0, readStartup } from './startup.ts';
import type { StartupPacket } from './startup.ts';

/** How a user must prove who he is. `password` without verifier asks and never lets in. */
export type Authentication =
  | { readonly kind: 'trust' }
  | { readonly kind: 'password'; readonly verifier: ScramVerifier | undefined }
  | { readonly kind: 'reject'; readonly message: string };

/** Decides by user, database and the client's address (undefined for other than TCP). */
export type Authenticate = (user: string, database: string, address: string | undefined) => Authentication | Promise<Authentication>;

export interface HandshakeContext {
  readonly authenticate: Authenticate;
  readonly random: Random;
  /** Secret of the process, from which the salts of unknown users are made. */
  readonly mockSecret: Uint8Array;
  readonly cancel: (processId: number, secret: number) => void;
}

export type Start = Extract<StartupPacket, { kind: 'start' }>;
export type HandshakeStep = { readonly kind: 'more' } | { readonly kind: 'close' } | { readonly kind: 'start'; readonly start: Start };

const MORE: HandshakeStep = { kind: 'more' };
const PASSWORD_MESSAGE = 'p'.charCodeAt(0);
const REFUSED = Buffer.from('N');

export class Handshake {
  readonly #context: HandshakeContext;
  readonly #output: Output;
  readonly #address: string | undefined;
  #start: Start | undefined;
  #verifier: ScramVerifier | undefined;
  #exchange: ScramExchange | undefined;
  #isFirstAnswer = true;

  constructor(context: HandshakeContext, output: Output, address: string | undefined) {
    this.#context = context;
    this.#output = output;
    this.#address = address;
  }

  /** Whether messages have a type byte by now. */
  get isStarted(): boolean { return this.#start !== undefined; }

  /** Handles the packet or message that the reader has taken. Throws what ends the connection. */
  async handle(reader: FrameReader): Promise<HandshakeStep> {
    return this.#start === undefined ? this.#handleStartup(reader) : this.#handlePassword(reader, this.#start);
  }

  async #handleStartup(reader: FrameReader): Promise<HandshakeStep> {
    const packet = readStartup(reader);
    switch (packet.kind) {
      case 'ssl':
      case 'gssenc':
        if (reader.buffered > 0) throw new EngineError('protocol-violation', 'data after the request for encryption: it was not answered yet');
        this.#output.writer.raw(REFUSED);
        this.#output.send();
        return MORE;
      case 'cancel':
        this.#context.cancel(packet.processId, packet.secret);
        return { kind: 'close' };
      case 'start':
        return this.#begin(packet);
    }
  }

  async #begin(start: Start): Promise<HandshakeStep> {
    const { writer } = this.#output;
    this.#start = start;
    if (start.negotiate) negotiateProtocolVersion(writer, PROTOCOL_3_0, start.unknownOptions);
    const authentication = await this.#context.authenticate(start.user, start.database, this.#address);
    if (authentication.kind === 'reject') throw new EngineError('invalid-authorization', authentication.message);
    if (authentication.kind === 'trust') {
      authenticationOk(writer);
      return { kind: 'start', start };
    }
    this.#verifier = authentication.verifier;
    this.#exchange = new ScramExchange(authentication.verifier ?? mockVerifier(start.user, this.#context.mockSecret), this.#context.random);
    authenticationSasl(writer, SCRAM_MECHANISM);
    this.#output.send();
    return MORE;
  }

  #handlePassword(reader: FrameReader, start: Start): HandshakeStep {
    if (reader.type !== PASSWORD_MESSAGE) throw new EngineError('protocol-violation', `a password message was expected, a message of type ${printType(reader.type)} came`);
    const exchange = this.#exchange as ScramExchange;
    const { writer } = this.#output;
    if (this.#isFirstAnswer) {
      this.#isFirstAnswer = false;
      const mechanism = reader.text();
      if (mechanism !== SCRAM_MECHANISM) throw new EngineError('protocol-violation', `the client chose the mechanism "${mechanism}", only ${SCRAM_MECHANISM} was offered`);
      const length = reader.int32();
      authenticationSaslData(writer, 11, exchange.first(length < 0 ? '' : reader.bytes(length).toString('utf8')));
      this.#output.send();
      return MORE;
    }
    const signature = exchange.final(reader.bytes(reader.remaining).toString('utf8'));
    if (signature === undefined || this.#verifier === undefined) {
      throw new EngineError('invalid-password', `password authentication failed for user "${start.user}"`);
    }
    authenticationSaslData(writer, 12, signature);
    authenticationOk(writer);
    return { kind: 'start', start };
  }
}
