import { withoutUndefined } from '../event.js';
import { type LangText, requireText } from '../text.js';
import { recordOnAxis } from './axis.js';
import type { DatedItemEvent, ItemInput } from './decisions.js';
import { refuse, requireEdtf, requireKnownNames, requireName } from './field-rules.js';
import { type DatedValue, type Indicator, isDecimal } from './indicators.js';
import type { Step } from './timeline.js';
import { stateOf } from './timeline.js';

/** What the item is measured by; said again, it is defined anew and keeps its measurements. */
export function defineIndicator(history: readonly Step[], input: ItemInput & Indicator): DatedItemEvent {
  const { indicator, name, unit, baseline, target } = input;
  requireName(indicator, 'indicator');
  requireText(name, 'name');
  if (!/\S/.test(unit) || unit.length > 60)
    refuse('INVALID_INPUT', 'unit', 'is no unit such as %, officers or days: up to 60 characters');
  requireValue(baseline, 'baseline');
  requireValue(target, 'target');
  const data = withoutUndefined({ indicator, name, unit, baseline, target });
  return recordOnAxis(history, { type: 'ReformItemIndicatorDefined', data }, input, (item) => {
    const { measurements } = stateOf(history).indicators;
    const known = item.indicators.defined.find((one) => one.indicator === indicator);
    const measured = measurements.some((one) => one.indicator === indicator);
    if (measured && known?.unit !== unit) {
      const units = known ? `in ${known.unit}` : 'at a later date';
      refuse('INVALID_INPUT', 'unit', `stays as it is: ${indicator} is measured ${units}; define another`);
    }
    if (known && JSON.stringify(known) === JSON.stringify(data))
      refuse('NOTHING_TO_CHANGE', 'indicator', `is defined so already at that date: ${indicator}`);
  });
}

export interface MeasurementInput extends ItemInput {
  readonly indicator: string;
  /** A decimal as text. */
  readonly value: string;
  /** The day, month or year the value is of, EDTF; null where unknown. */
  readonly measuredOn: string | null;
  /** Where the value comes from. */
  readonly measurementSource?: LangText;
}

/** A value of an indicator, with the date it is of and where it comes from. */
export function recordMeasurement(history: readonly Step[], input: MeasurementInput): DatedItemEvent {
  const { indicator, value, measuredOn, measurementSource } = input;
  requireDecimal(value, 'value');
  requireEdtf(measuredOn ?? undefined, 'measuredOn');
  if (measurementSource) requireText(measurementSource, 'measurementSource');
  const data = withoutUndefined({ indicator, value, measuredOn, measurementSource });
  return recordOnAxis(history, { type: 'ReformItemMeasured', data }, input, (item) => {
    const defined = item.indicators.defined.map((one) => one.indicator);
    requireKnownNames(defined, [indicator], () => 'indicator', 'indicator');
    if (!measurementSource)
      refuse('INVALID_INPUT', 'measurementSource', 'is missing: say where the value comes from');
  });
}

function requireValue(given: DatedValue | undefined, path: string): void {
  if (!given) return;
  requireDecimal(given.value, `${path}.value`);
  requireEdtf(given.on, `${path}.on`);
}

function requireDecimal(value: string, path: string): void {
  if (!isDecimal(value))
    refuse('INVALID_INPUT', path, 'is no decimal such as 12, 0.75 or -3.5: digits 0 to 9 with a point');
}
