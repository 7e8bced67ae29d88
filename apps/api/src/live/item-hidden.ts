import type { Message, Step } from './message.js';
import type { SharedText } from './shared-text.js';

/**
 * The item a message is about may not be seen any more, by events the read models know and nobody here has heard of yet:
 * as if it had been heard of, nothing of the event is sent.
 */
export class ItemHidden extends Error {
  override readonly name = 'ItemHidden';
}

/** The texts of a step, in order; undefined where it may not be told any more. */
export async function textsOf(
  { messages, upTo }: Step,
  word: (message: Message, position: number) => Promise<SharedText>,
): Promise<readonly SharedText[] | undefined> {
  try {
    return await Promise.all(messages.map((message) => word(message, upTo)));
  } catch (error) {
    if (error instanceof ItemHidden) return undefined;
    throw error;
  }
}
