/**
 * The products of the demo: what stands in each cell of `products.csv`, which cells are bad, and the entity that the
 * entity set `Product` of the sandbox's cell must hold in the end. `npm run samples` writes the file from it.
 */
export const PRODUCT_HEADER = [
  'Code',
  'Name',
  'Price',
  'Weight',
  'InStock',
  'ReleasedAt',
  'Tags',
  'Maker',
] as const;

export type ProductHeading = (typeof PRODUCT_HEADER)[number];
export type Product = Record<ProductHeading, string>;

/** Number of data rows in the file. */
export const PRODUCT_COUNT = 120;

const NAMES = ['Lamp', 'Desk', 'やかん', 'Chair “Ōtsu”', 'Notebook, A5', '万年筆'];
const TAGS = [['home'], ['office', 'new'], [], ['paper', '文具', '"limited"']];
const MAKERS = [
  { Name: 'Hikari 光', Country: 'JP' },
  { Name: 'Bergmann', Country: 'DE' },
];

/** The good form of row `n`, counted from 1. */
export function product(n: number): Product {
  const tags = pick(TAGS, n);
  return {
    Code: `P-${String(n).padStart(4, '0')}`,
    Name: `${pick(NAMES, n)} ${n}`,
    Price: String(((n * 137) % 9000) + 100),
    Weight: n % 5 === 0 ? '' : String((n % 40) / 8),
    InStock: n % 3 === 0 ? 'false' : 'true',
    ReleasedAt: `2026-${String((n % 12) + 1).padStart(2, '0')}-${String((n % 28) + 1).padStart(2, '0')}T08:${String(n % 60).padStart(2, '0')}:07.250Z`,
    Tags: tags.length === 0 ? '' : JSON.stringify(tags),
    Maker: n % 4 === 0 ? '' : JSON.stringify(pick(MAKERS, n)),
  };
}

export interface BadProductCell {
  /** Row, counted from 1. */
  readonly row: number;
  readonly heading: ProductHeading;
  /** What stands in the file; the good value is that of `product(row)`. */
  readonly bad: string;
}

/** Rows that are bad in different ways. */
export const BAD_PRODUCTS: readonly BadProductCell[] = [
  { row: 7, heading: 'Name', bad: '' },
  { row: 18, heading: 'Price', bad: '12.5' },
  { row: 31, heading: 'Price', bad: '3000000000' },
  { row: 44, heading: 'Weight', bad: 'heavy' },
  { row: 59, heading: 'InStock', bad: 'maybe' },
  { row: 73, heading: 'ReleasedAt', bad: '2026-02-30T08:00:00Z' },
  { row: 90, heading: 'Tags', bad: '["home"' },
  { row: 111, heading: 'Maker', bad: '{"Country":"JP"}' },
];

/** What stands in the cells of row `n` of the file. */
export function productAsFiled(n: number): Product {
  const bad = BAD_PRODUCTS.find(({ row }) => row === n);
  return bad ? { ...product(n), [bad.heading]: bad.bad } : product(n);
}

/** The properties that the entity holds once row `n` was imported in its good form. */
export function productEntity(n: number): Record<ProductHeading, unknown> {
  const { Code, Name, Price, Weight, InStock, ReleasedAt, Tags, Maker } = product(n);
  return {
    Code,
    Name,
    Price: Number(Price),
    Weight: Weight === '' ? null : Number(Weight),
    InStock: InStock === 'true',
    ReleasedAt: `/Date(${Date.parse(ReleasedAt)})/`,
    Tags: Tags === '' ? null : (JSON.parse(Tags) as unknown),
    Maker: Maker === '' ? null : (JSON.parse(Maker) as unknown),
  };
}

function pick<T>(list: readonly T[], n: number): T {
  return list[n % list.length] as T;
}
