import { appendTable, bigint, currentTable, defineReadModel, integer, text } from '@masar/read-models';

/** How many items the events of the projection benchmarks belong to. */
export const benchItems = 2_000;

/** One row that each event replaces, and one history row it adds: the least a tracker needs. */
export function benchModel(name: string) {
  const columns = { reference: text, state: text, title: text, changes: integer, position: bigint };
  return defineReadModel({
    name,
    version: 1,
    tables: {
      item: currentTable({ columns }),
      history: appendTable({
        columns: { position: bigint, reference: text, state: text, reason: text },
      }),
    },
    keyOf: ({ stream }) => stream,
    evolve: ({ item: [before] }, { position, data }) => {
      const { reference, state, title, reason } = data as Record<string, string>;
      return {
        item: [
          {
            reference: reference!,
            state: state!,
            title: title!,
            changes: before === undefined ? 1 : before.changes + 1,
            position,
          },
        ],
        history: [{ position, reference: reference!, state: state!, reason: reason! }],
      };
    },
  });
}
