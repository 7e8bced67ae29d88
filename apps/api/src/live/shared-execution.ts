import { createHash } from 'node:crypto';
import type { Visibility } from '@masar/access';
import type { LogIdentity } from '@masar/event-store';
import { At, ReadModelError } from '@masar/read-models';
import { type GraphQLSchema, execute } from 'graphql';
import type { Pool } from 'pg';
import { type ErrorSink, present } from '../platform/errors/present.js';
import { ReadContext } from '../platform/read-context.js';
import type { ModelsPinned } from '../read/view.js';
import type { BodyDocument } from './body-document.js';
import type { Message } from './message.js';
import { mayPass } from './patience.js';
import type { Pins } from './pins.js';
import { SharedText, type SharedTexts, cursor } from './shared-text.js';

/** What a message is made with: what may be seen, and one pin. No user, no locale, no request: it is shown to many. */
export type SharedContext = ReadContext<ModelsPinned>;

export interface ExecutionParts {
  readonly schema: GraphQLSchema;
  readonly pool: Pool;
  readonly pins: Pins;
  readonly identity: LogIdentity;
  readonly errors: ErrorSink;
  readonly texts: SharedTexts;
}

/** Makes the messages of all who follow with one document, the same variables, and may see the same. */
export class SharedExecution {
  private readonly key: string;

  constructor(
    private readonly parts: ExecutionParts,
    /** Name of the root field. */
    private readonly field: string,
    private readonly body: BodyDocument,
    private readonly visibility: Visibility,
  ) {
    this.key = createHash('sha256')
      .update(JSON.stringify([body.key, visibility.key]))
      .digest('base64');
  }

  /**
   * The text of a message: made once, for whoever asks first.
   *
   * @param position what the read models must have come to
   * @throws what keeps it from being made for good; what may pass is waited for
   */
  word(message: Message, position: number): Promise<SharedText> {
    return this.parts.texts.of(`${this.key} ${message.key}`, () => this.make(message, position));
  }

  /** What holds nothing of the read models is made at once, also where they cannot be reached. */
  private make(message: Message, position: number): Promise<SharedText> {
    const { fields } = message;
    const { pins, pool } = this.parts;
    if ('fixed' in fields) return this.execute(message, fields.fixed, () => pins.atLeast(position));
    return pins.read(position, (read) => {
      const at = new At(pool, read.pinned, message.position ?? position, this.visibility.restricted);
      return this.execute(message, fields.read({ at }), () => Promise.resolve(read));
    });
  }

  private async execute(
    message: Message,
    fields: object,
    pin: () => Promise<ModelsPinned>,
  ): Promise<SharedText> {
    const { schema, identity, errors } = this.parts;
    const context: SharedContext = new ReadContext(this.visibility, pin);
    const { type: __typename, position = cursor, upTo = cursor } = message;
    const value = { __typename, position, covers: { after: cursor, upTo, ...identity } };
    const { data, errors: failed = [] } = await execute({
      schema,
      document: this.body.document,
      variableValues: this.body.variables,
      rootValue: { [this.field]: Object.defineProperties(value, Object.getOwnPropertyDescriptors(fields)) },
      contextValue: context,
    });
    // What may work later is no answer, and neither is one without its range; the rest stands with its errors.
    const cause = failed.find(mayPass) ?? failed.find((error) => isFinal(error) || !data);
    if (cause) throw cause.originalError ?? cause;
    if (failed.length === 0) return new SharedText({ data });
    return new SharedText({ data, errors: failed.map((error) => present(error, errors)) });
  }
}

/** A read model that stands still: what needs it ends, and can be taken up again from where it was. */
function isFinal({ originalError }: { readonly originalError?: Error | undefined }): boolean {
  return originalError instanceof ReadModelError;
}
