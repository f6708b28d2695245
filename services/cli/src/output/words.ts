const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'] as const;

/** `1.5 MB`: powers of 1,024, one decimal below ten. */
export const bytes = (count: number): string => {
  const power = count < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(count) / 10));
  const scaled = count / 1_024 ** power;
  return `${power > 0 && scaled < 10 ? scaled.toFixed(1) : Math.round(scaled)} ${UNITS[power]}`;
};

/** `1,234,567`. */
export const count = (value: number | null | undefined): string =>
  value === null || value === undefined ? '-' : Math.round(value).toLocaleString('en-US');

/** `45 s`, `3 min 20 s`, `2 h 5 min`. */
export const seconds = (value: number | null | undefined): string => {
  if (value === null || value === undefined) return '-';
  const whole = Math.max(0, Math.round(value));
  if (whole < 60) return `${whole} s`;
  if (whole < 3_600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3_600)} h ${Math.floor((whole % 3_600) / 60)} min`;
};

/** `1 event`, `2 events`. */
export const counted = (value: number, word: string): string =>
  `${count(value)} ${value === 1 ? word : plural(word)}`;

const plural = (word: string): string => {
  if (word === 'person') return 'people';
  return /[^aeo]y$/.test(word) ? `${word.slice(0, -1)}ies` : `${word}s`;
};

/** `no_rule_matches` as a person reads it. */
export const spoken = (code: string): string => code.replaceAll('_', ' ');
