import { createHash } from 'node:crypto';
import type { Visibility } from '@masar/access';
import type { LogIdentity } from '@masar/event-store';
import { At, ReadModelError } from '@masar/read-models';
import { type GraphQLSchema, execute } from 'graphql';
import type { Pool } from 'pg';
import { ApiError } from '../platform/errors/api-error.js';
import { type ErrorSink, present } from '../platform/errors/present.js';
import { ReadContext } from '../platform/read-context.js';
import type { ModelsPinned, View } from '../read/view.js';
import type { BodyDocument } from './body-document.js';
import { ItemHidden } from './item-hidden.js';
import type { Message } from './message.js';
import { mayPass } from './patience.js';
import type { Pins } from './pins.js';
import { SharedText, type SharedTexts, cursor } from './shared-text.js';
import type { Slots } from './slots.js';

/** What a message is made with: what may be seen, and one pin. No user, no locale, no request: it is shown to many. */
export type SharedContext = ReadContext<ModelsPinned>;

export interface ExecutionParts {
  readonly schema: GraphQLSchema;
  readonly pool: Pool;
  readonly pins: Pins;
  readonly identity: LogIdentity;
  readonly errors: ErrorSink;
  readonly texts: SharedTexts;
  /** Those who are live wait for nobody who catches up. */
  readonly slots: { readonly live: Slots; readonly behind: Slots };
}

/** What is executed, and for whom. */
export interface Shared {
  /** Name of the root field. */
  readonly field: string;
  readonly body: BodyDocument;
  readonly visibility: Visibility;
  /** False once nobody follows this any more: what still waits to be made is then left. */
  readonly isFollowed: () => boolean;
}

/** Makes the messages of all who follow with one document, the same variables, and may see the same. */
export class SharedExecution {
  private readonly key: string;

  constructor(
    private readonly parts: ExecutionParts,
    private readonly shared: Shared,
  ) {
    const { body, visibility } = shared;
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
  word(message: Message, position: number, whose: 'live' | 'behind'): Promise<SharedText> {
    const { texts, slots } = this.parts;
    const { fields } = message;
    return texts.of(`${this.key} ${message.key}`, () =>
      'fixed' in fields
        ? this.execute(message, fields.fixed, () => this.parts.pins.atLeast(position))
        : slots[whose].run(() => this.read(message, position, fields.read)),
    );
  }

  /** For those who left nothing is made, so that nobody waits behind them. */
  private async read(
    message: Message,
    position: number,
    fields: (view: View) => object,
  ): Promise<SharedText> {
    if (!this.shared.isFollowed()) throw new ApiError('UNAVAILABLE', 'nobody follows this any more');
    const { pins, pool } = this.parts;
    return pins.read(position, (read) => {
      const at = new At(pool, read.pinned, message.position ?? position, this.shared.visibility.restricted);
      return this.execute(message, fields({ at }), () => Promise.resolve(read));
    });
  }

  private async execute(
    message: Message,
    fields: object,
    pin: () => Promise<ModelsPinned>,
  ): Promise<SharedText> {
    const { schema, identity, errors } = this.parts;
    const { field, body, visibility } = this.shared;
    const context: SharedContext = new ReadContext(visibility, pin);
    const { type: __typename, position = cursor, upTo = cursor } = message;
    const value = { __typename, position, covers: { after: cursor, upTo, ...identity } };
    const { data, errors: failed = [] } = await execute({
      schema,
      document: body.document,
      variableValues: body.variables,
      rootValue: { [field]: Object.defineProperties(value, Object.getOwnPropertyDescriptors(fields)) },
      contextValue: context,
    });
    // What may work later is no answer, and neither is one without its range; the rest stands with its errors.
    const cause = failed.find(mayPass) ?? failed.find((error) => isFinal(error) || !data);
    if (cause) throw cause.originalError ?? cause;
    if (failed.length === 0) return new SharedText({ data });
    return new SharedText({ data, errors: failed.map((error) => present(error, errors)) });
  }
}

/** A read model that stands still: what needs it ends, and can be taken up again from where it was. Or nothing to be told. */
function isFinal({ originalError }: { readonly originalError?: Error | undefined }): boolean {
  return originalError instanceof ReadModelError || originalError instanceof ItemHidden;
}
