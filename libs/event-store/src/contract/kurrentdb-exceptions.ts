/** Something the contract asks of a store that a server cannot do, and what is done instead. */
export interface ContractException {
  readonly name: string;
  readonly asked: string;
  readonly instead: string;
}

/**
 * Where a store on KurrentDB differs from the contract. Everything else of it holds there as on PostgreSQL: the suites run
 * unchanged over both. docs/stores.md has the same list.
 */
export const kurrentExceptions = [
  {
    name: 'an id on two streams, from two databases',
    asked: 'an id that is in use on another stream is refused by the append, EVENT_ID_TAKEN',
    instead:
      'it is by all nodes on one database; where nodes on another database append to the same prefix, the sequencer finds the second, halts and names it',
  },
  {
    name: 'the size of one append',
    asked: 'an append is bounded by the number and the size of its events alone',
    instead: 'what all of them take together is bounded by the server too, EVENT_TOO_LARGE with both numbers',
  },
  {
    name: 'a restore that broke off',
    asked: 'a restore ends with the whole log, or with the store as empty as it was',
    instead:
      'one that broke off after it began to publish to the server is run again and goes on; nobody opens the store until it has',
  },
] as const satisfies readonly ContractException[];
