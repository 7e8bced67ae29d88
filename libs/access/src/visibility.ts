/** All programmes, or these, in the spelling references are compared by. */
export type Programmes = 'all' | readonly string[];

/**
 * What somebody may see, and nothing of who they are: whoever has an equal one is shown the same, so that what is made
 * for one can be shown to the others. Immutable.
 */
export class Visibility {
  /** Equal for those who may see the same, and for no others. */
  readonly key: string;

  constructor(
    /** Programmes whose records may be read. */
    readonly readable: Programmes,
    /** Those of them whose restricted items may be read too. */
    readonly restricted: Programmes,
    private readonly spelling: (reference: string) => string = (reference) => reference,
  ) {
    this.key = JSON.stringify([sorted(readable), sorted(restricted)]);
  }

  /** May records of this programme be read? Without a programme: those that belong to none, which takes all. */
  mayRead(programme: string | undefined): boolean {
    return this.includes(this.readable, programme);
  }

  /** May its restricted items be read? */
  mayReadRestricted(programme: string | undefined): boolean {
    return this.mayRead(programme) && this.includes(this.restricted, programme);
  }

  /** The same, of one programme only: those who see the same of it have equal ones, whatever else they may see. */
  within(programme: string): Visibility {
    const only = [this.spelling(programme)];
    return new Visibility(
      this.mayRead(programme) ? only : [],
      this.mayReadRestricted(programme) ? only : [],
      this.spelling,
    );
  }

  private includes(programmes: Programmes, programme: string | undefined): boolean {
    if (programmes === 'all') return true;
    return programme !== undefined && programmes.includes(this.spelling(programme));
  }
}

function sorted(programmes: Programmes): Programmes {
  return programmes === 'all' ? programmes : [...new Set(programmes)].sort();
}
