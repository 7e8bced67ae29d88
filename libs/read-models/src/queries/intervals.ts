/** The condition for the stretch an item is in on a day. */
export function holdsOn(day: string, alias: string): string {
  return `${alias}.from_earliest <= ${day}::date and (${alias}.to_earliest is null or ${day}::date < ${alias}.to_earliest)`;
}

/** The condition for the stretches an item may be in on a day, where dates are imprecise. */
export function mayHoldOn(day: string, alias: string): string {
  return `${alias}.from_earliest <= ${day}::date and (${alias}.to_latest is null or ${day}::date < ${alias}.to_latest)`;
}
