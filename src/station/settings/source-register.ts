// The sources this station knows: those of the configuration, and those that send without having been declared. The whole list
// goes through the inbox as a `declare` command, so that a replay reads every message by the same declarations.

import type { CopyCommand } from '../../domain/commands.ts';
import type { SourceDeclaration } from '../../domain/source.ts';
import { type PeekedHeader, recogniseSource, unknownSource } from '../../intake/inbox-source.ts';
import { limits } from '../../limits.ts';

const UNKNOWN = 'unknown:';
/** Where all further undeclared senders go, so that a sender with ever new names can't fill the list. */
const OTHERS: PeekedHeader = { application: 'other', facility: '', controlId: null };

export class SourceRegister {
  readonly #configured: readonly SourceDeclaration[];
  readonly #unknown = new Map<string, SourceDeclaration>();
  #declared: string;
  /** Whether `#declared` says all there is to say; asked before every message, so it is remembered. */
  #isDeclared = false;

  constructor(configured: readonly SourceDeclaration[]) {
    this.#configured = configured;
    this.#declared = '';
  }

  all(): readonly SourceDeclaration[] {
    return [...this.#configured, ...this.#unknown.values()];
  }

  byId(id: string): SourceDeclaration | undefined {
    return this.#configured.find((source) => source.id === id) ?? this.#unknown.get(id);
  }

  /** Whose message this is; a sender nobody has declared gets a source of its own. */
  recognise(header: PeekedHeader): SourceDeclaration {
    const declared = recogniseSource(header, this.#configured);
    if (declared !== undefined) return declared;
    const known = this.#unknown.get(unknownSource(header).id);
    if (known !== undefined) return known;
    const source = unknownSource(this.#unknown.size < limits.unknownSourcesMax ? header : OTHERS);
    this.#unknown.set(source.id, source);
    this.#isDeclared = false;
    return source;
  }

  /** The command to append before anything else when the list differs from the one last declared; null when it doesn't. */
  due(): Extract<CopyCommand, { command: 'declare' }> | null {
    if (this.#isDeclared) return null;
    const sources = this.all();
    this.#isDeclared = JSON.stringify(sources) === this.#declared;
    return this.#isDeclared ? null : { command: 'declare', sources };
  }

  /** What the inbox last declares; senders that were unknown then are known now. */
  declared(sources: readonly SourceDeclaration[]): void {
    this.#declared = JSON.stringify(sources);
    this.#isDeclared = false;
    for (const source of sources)
      if (source.id.startsWith(UNKNOWN) && !this.#unknown.has(source.id)) this.#unknown.set(source.id, source);
  }

  forgetDeclared(): void {
    this.#declared = '';
    this.#isDeclared = false;
  }
}
