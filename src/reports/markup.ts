const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** A text for XML, HTML and SVG, in content and in attributes: control characters, which XML 1.0 cannot hold, are left out. */
export function escaped(text: string): string {
  return text.replaceAll(/[^\P{Cc}\t\n\r]|[\ufffe\uffff]/gu, '').replaceAll(/[&<>"']/g, (one) => entities[one] ?? '');
}
