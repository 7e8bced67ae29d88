import type { LangText } from '@masar/domain';

/**
 * What is known of the first programme, and no more: a series of workshops announced until 18 April 2017, its topics in
 * the order they were named, one event dated. Whether any other took place, and what any decided, is not known.
 */
export const programme = {
  reference: 'MOI-2017',
  name: {
    en: 'Institutional-level reform of the Ministry of Interior: workshop series 2017',
    ar: 'الإصلاح على المستوى المؤسسي لوزارة الداخلية: سلسلة ورش العمل 2017',
  },
  description: {
    en: 'The workshops are shown as they were announced. All reform items, organisations, bodies and decisions are made up to show how Masar works.',
    ar: 'تُعرض ورش العمل كما أُعلن عنها. جميع بنود الإصلاح والجهات والهيئات والقرارات مختلقة لبيان كيفية عمل مسار.',
  },
} as const;

/** One topic of the announcement, and the theme the sample's items are sorted by. */
export interface Topic {
  readonly reference: string;
  readonly topic: LangText;
}

export const topics: readonly Topic[] = [
  { reference: 'organized-crime', topic: { en: 'Countering organized crime', ar: 'مكافحة الجريمة المنظمة' } },
  { reference: 'terrorist-attacks', topic: { en: 'Terrorist attacks', ar: 'الهجمات الإرهابية' } },
  { reference: 'police-affairs', topic: { en: 'Police Affairs Agency', ar: 'وكالة شؤون الشرطة' } },
  {
    reference: 'federal-intelligence',
    topic: {
      en: 'Federal Intelligence and Investigation Agency',
      ar: 'وكالة الاستخبارات والتحقيقات الاتحادية',
    },
  },
  { reference: 'federal-security', topic: { en: 'Federal Security Agency', ar: 'وكالة الأمن الاتحادي' } },
  {
    reference: 'human-resources',
    topic: { en: 'Human resources and training', ar: 'الموارد البشرية والتدريب' },
  },
  {
    reference: 'technology-aviation',
    topic: { en: 'Technology and police aviation', ar: 'التكنولوجيا وطيران الشرطة' },
  },
  {
    reference: 'structure-authorizations',
    topic: {
      en: 'Organizational structure of the Ministry of Interior and security authorizations',
      ar: 'الهيكل التنظيمي لوزارة الداخلية والتصاريح الأمنية',
    },
  },
  {
    reference: 'national-services',
    topic: { en: "The Ministry's national services", ar: 'الخدمات الوطنية للوزارة' },
  },
  { reference: 'readiness', topic: { en: 'Raising readiness', ar: 'رفع الجاهزية' } },
  {
    reference: 'final-discussion',
    topic: { en: 'Final discussion and recommendations', ar: 'المناقشة الختامية والتوصيات' },
  },
];

export const instruments = [
  {
    reference: 'LAW-20-2016',
    kind: 'law',
    status: 'notKnown',
    name: { en: 'Ministry of Interior Law 20 (2016)', ar: 'قانون وزارة الداخلية رقم 20 لسنة 2016' },
  },
  {
    reference: 'NSS',
    kind: 'strategy',
    status: 'notKnown',
    name: { en: 'National Security Strategy', ar: 'استراتيجية الأمن الوطني' },
  },
  {
    reference: 'SSRS',
    kind: 'strategy',
    status: 'draft',
    name: { en: 'Security Sector Reform Strategy (draft)', ar: 'استراتيجية إصلاح القطاع الأمني (مسودة)' },
  },
  {
    reference: 'PLAN-2017',
    kind: 'plan',
    status: 'notKnown',
    name: { en: 'Operational plan for 2017', ar: 'الخطة التشغيلية لسنة 2017' },
  },
] as const;

export const scopes = [
  { reference: 'nationwide', name: { en: 'Nationwide', ar: 'على مستوى البلاد' } },
  {
    reference: 'liberated-governorates',
    // A governed list that ships empty: which governorates were on it when has to be said by a source.
    governed: true,
    name: { en: 'Liberated governorates (list not known)', ar: 'المحافظات المحررة (القائمة غير معروفة)' },
  },
] as const;

/** Made up, and named so that nobody takes them for real ones. */
export const organisations = ['A', 'B', 'C', 'D', 'E'].map((letter) => ({
  reference: `SAMPLE-UNIT-${letter}`,
  name: { en: `Sample unit ${letter} (fictional)`, ar: `وحدة نموذجية ${letter} (خيالية)` },
}));

/** Made up likewise: one body that advises, one that approves. */
export const bodies = [
  {
    reference: 'SAMPLE-SESSION',
    kind: 'workshop',
    competence: 'advises',
    name: { en: 'Sample workshop session (fictional)', ar: 'جلسة ورشة نموذجية (خيالية)' },
  },
  {
    reference: 'SAMPLE-BOARD',
    kind: 'committee',
    competence: 'approves',
    name: { en: 'Sample approving board (fictional)', ar: 'مجلس مصادقة نموذجي (خيالي)' },
  },
] as const;
