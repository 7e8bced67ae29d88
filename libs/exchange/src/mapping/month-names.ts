import { matchingForm } from '@masar/domain';

/*
 * The names of the months, from January, in the languages registers are kept in here. Arabic has three sets: those of
 * Iraq and the Levant, those of Egypt and the Gulf, and those of the Maghreb.
 */
const names: readonly string[][] = [
  'January February March April May June July August September October November December',
  'janvier février mars avril mai juin juillet août septembre octobre novembre décembre',
  'enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre',
  'janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro',
  'Januar Februar März April Mai Juni Juli August September Oktober November Dezember',
  'يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر',
  'كانون_الثاني شباط آذار نيسان أيار حزيران تموز آب أيلول تشرين_الأول تشرين_الثاني كانون_الأول',
  'كانون_ثاني شباط اذار نيسان مايس حزيران تموز اب ايلول تشرين_اول تشرين_ثاني كانون_اول',
  'جانفي فيفري مارس أفريل ماي جوان جويلية أوت سبتمبر أكتوبر نوفمبر ديسمبر',
  'يناير فبراير مارس ابريل مايو يونيه يوليه اغسطس سبتمبر اكتوبر نوفمبر ديسمبر',
].map((line) => line.split(' ').map((name) => name.replaceAll('_', ' ')));

/** A name without letter case, accents and forms of letters. */
function form(name: string): string {
  return matchingForm(name.normalize('NFD').replace(/\p{M}/gu, ''));
}

const full = new Map(names.flatMap((line) => line.map((name, index) => [form(name), index + 1] as const)));

/** What a name may be cut to: three letters or more, where no other month is cut to the same. */
const cut = new Map<string, number | undefined>();
for (const [name, month] of full) {
  if (name.includes(' ') || /[\u0600-\u06ff]/.test(name)) continue;
  for (let length = 3; length < name.length; length += 1) {
    const short = name.slice(0, length);
    cut.set(short, cut.has(short) && cut.get(short) !== month ? undefined : month);
  }
}

const word = /(\p{L}[\p{L}\p{M}]*)(?:[ \u00A0]+(\p{L}[\p{L}\p{M}]*))?/uy;

/** The month whose name stands in a text, and where the name ends; undefined where none does. */
export function monthAt(
  text: string,
  at: number,
  mayBeCut: boolean,
): { readonly month: number; readonly end: number } | undefined {
  const found = oneMonthAt(text, at, mayBeCut);
  if (!found) return undefined;
  // Two sets of names side by side: كانون الثاني/يناير.
  const second = /^ ?\/ ?/.exec(text.slice(found.end));
  const again = second && oneMonthAt(text, found.end + second[0].length, mayBeCut);
  return again && again.month === found.month ? again : found;
}

function oneMonthAt(
  text: string,
  at: number,
  mayBeCut: boolean,
): { readonly month: number; readonly end: number } | undefined {
  word.lastIndex = at;
  const match = word.exec(text);
  if (!match) return undefined;
  const [both, first = '', second] = match;
  const twoWords = second === undefined ? undefined : full.get(`${form(first)} ${form(second)}`);
  if (twoWords !== undefined) return { month: twoWords, end: at + both.length };
  const month = full.get(form(first)) ?? (mayBeCut ? cut.get(form(first)) : undefined);
  if (month === undefined) return undefined;
  const end = at + first.length;
  // A cut name may have a full stop: Sept. 2017.
  return { month, end: mayBeCut && text[end] === '.' && /^\.\s/.test(text.slice(end)) ? end + 1 : end };
}
