import { Field, ObjectType, registerEnumType } from '@nestjs/graphql';

/** What is worth a second look and refuses nothing. A closed list: add, never rename. */
export const WarningCodeEnum = { FREE_TEXT_NOT_ERASABLE: 'FREE_TEXT_NOT_ERASABLE' } as const;
registerEnumType(WarningCodeEnum, {
  name: 'WarningCode',
  description: 'What a command was accepted with, and is worth a second look.',
  valuesMap: {
    FREE_TEXT_NOT_ERASABLE: {
      description:
        'Free text seems to hold contact data. It stands in the log for ever: erasePerson does not reach it.',
    },
  },
});

@ObjectType({ description: 'The command was carried out; this is worth a second look.' })
export class CommandWarning {
  @Field(() => WarningCodeEnum)
  code!: keyof typeof WarningCodeEnum;

  @Field({ description: 'Path in the input, dotted: reason.en.' })
  path!: string;

  @Field()
  message!: string;
}

/** Where free text of an input seems to hold contact data. Names cannot be told from other words; nobody tries. */
export function freeTextWarnings(input: object): CommandWarning[] {
  return [...texts(input, '')].flatMap(({ path, text }) => {
    const found = [
      ...(hasAddress(text) ? ['an e-mail address'] : []),
      ...(hasPhone(text) ? ['a phone number'] : []),
    ];
    if (found.length === 0) return [];
    const message = `seems to hold ${found.join(' and ')}: what is written here can never be erased`;
    return [Object.assign(new CommandWarning(), { code: 'FREE_TEXT_NOT_ERASABLE' as const, path, message })];
  });
}

interface Text {
  readonly path: string;
  readonly text: string;
}

/** Fields that are free text in one language. */
const plainTexts = new Set(['purpose', 'asWritten', 'text']);
const languageTag = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/;

/** The free texts of an input: those fields, and every map from language tags to text. */
function* texts(value: unknown, path: string): Generator<Text> {
  if (typeof value !== 'object' || value === null) return;
  const entries = Object.entries(value);
  const isLangText =
    !Array.isArray(value) &&
    entries.every(([key, inner]) => typeof inner === 'string' && languageTag.test(key));
  for (const [key, inner] of entries) {
    const at = path === '' ? key : `${path}.${key}`;
    if (typeof inner !== 'string') yield* texts(inner, at);
    else if (isLangText || plainTexts.has(key)) yield { path: at, text: inner };
  }
}

/** Bounded on both sides of the @, so that a long word costs no more than its length. */
const address = /[^\s@<>,;]{1,64}@[^\s@<>,;.]{1,100}\.[^\s@<>,;]{2}/u;

function hasAddress(text: string): boolean {
  return address.test(text.normalize('NFKC'));
}

/** Seven digits or more, with at most one character between two of them; maybe a + or brackets before. */
const phone = /(?<![\d.,])\+?\(?\d(?:[ ().\-/]{0,2}\d){6,}(?!\d)/u;
/** What has as many digits and is none: days, spans of years, large numbers written with a comma or a point. */
const others: readonly RegExp[] = [
  /(?<!\d)\d{4}[-/.]\d{1,2}(?:[-/.]\d{1,2})?(?!\d)/gu,
  /(?<!\d)\d{1,2}[-/.]\d{1,2}[-/.]\d{4}(?!\d)/gu,
  /(?<!\d)(?:1[89]|20)\d\d ?[-–/] ?(?:1[89]|20)\d\d(?!\d)/gu,
  /(?<!\d)\d{1,3}(?:[,.]\d{3})+(?!\d)/gu,
];

function hasPhone(text: string): boolean {
  const western = text
    .normalize('NFKC')
    .replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x0660))
    .replace(/[۰-۹]/g, (digit) => String(digit.charCodeAt(0) - 0x06f0))
    // Marks of direction travel with numbers copied from a bilingual page.
    .replace(/[\u200B-\u200F\u202A-\u202E\u2066-\u2069]/g, '');
  return phone.test(others.reduce((rest, pattern) => rest.replace(pattern, ' x '), western));
}
