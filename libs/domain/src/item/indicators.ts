import type { LangText } from '../text.js';
import type { ItemEvent } from './circumstances.js';

/** A value and the day, month or year it is of. The value is a decimal as text: `12`, `0.75`, `-3.5`. */
export interface DatedValue {
  readonly value: string;
  /** EDTF. */
  readonly on?: string;
}

/** The one grammar of values: an optional minus, digits without a needless zero in front, and a point with digits. */
export function isDecimal(value: string): boolean {
  return value.length <= 40 && /^-?(0|[1-9][0-9]*)(\.[0-9]+)?$/.test(value);
}

export interface Indicator {
  /** Unique within the item. */
  readonly indicator: string;
  readonly name: LangText;
  /** Unit of all its values: `%`, `officers`, `days`. */
  readonly unit: string;
  readonly baseline?: DatedValue;
  readonly target?: DatedValue;
}

/*
 * The storage format of what an item's progress is measured by. Values are decimals as text: nothing is rounded.
 */
export type IndicatorEvent =
  /** Defined, or defined anew: the measurements so far stay. */
  | ItemEvent<'ReformItemIndicatorDefined', Indicator>
  | ItemEvent<
      'ReformItemMeasured',
      {
        readonly indicator: string;
        readonly value: string;
        /** What day, month or year the value is of, EDTF; null where unknown. */
        readonly measuredOn: string | null;
        readonly measurementSource?: LangText;
      }
    >;

export interface Measurement {
  readonly indicator: string;
  readonly value: string;
  readonly measuredOn: string | null;
  readonly source: LangText | undefined;
}

export interface Indicators {
  readonly defined: readonly Indicator[];
  /** In the order of effect. */
  readonly measurements: readonly Measurement[];
}

export const noIndicators: Indicators = { defined: [], measurements: [] };

export function evolveIndicators(indicators: Indicators, event: IndicatorEvent): Indicators {
  switch (event.type) {
    case 'ReformItemIndicatorDefined': {
      const { indicator, name, unit, baseline, target } = event.data;
      const others = indicators.defined.filter((known) => known.indicator !== indicator);
      const defined = { indicator, name, unit, ...(baseline && { baseline }), ...(target && { target }) };
      return { ...indicators, defined: [...others, defined] };
    }
    case 'ReformItemMeasured': {
      const { indicator, value, measuredOn, measurementSource } = event.data;
      const measurement = { indicator, value, measuredOn, source: measurementSource };
      return { ...indicators, measurements: [...indicators.measurements, measurement] };
    }
  }
}
