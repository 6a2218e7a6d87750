const decimals = new Intl.NumberFormat('en', { maximumSignificantDigits: 4 });
const integers = new Intl.NumberFormat('en');
const ago = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' });

/** A measured value with four significant digits. */
export function formatValue(value: number): string {
  return Number.isFinite(value) ? decimals.format(value) : '–';
}

export function formatCount(count: number, noun: string): string {
  return `${integers.format(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** `3 min. ago`; nothing for no or a wrong date. */
export function formatAge(date: string | undefined, now = Date.now()): string {
  const at = date ? Date.parse(date) : Number.NaN;
  if (Number.isNaN(at)) return '';
  const seconds = Math.round((at - now) / 1000);
  if (seconds > -60) return ago.format(Math.min(0, seconds), 'second');
  if (seconds > -3600) return ago.format(Math.round(seconds / 60), 'minute');
  if (seconds > -86_400) return ago.format(Math.round(seconds / 3600), 'hour');
  return ago.format(Math.round(seconds / 86_400), 'day');
}
