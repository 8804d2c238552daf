const quote = 0x22;
const backslash = 0x5c;
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];
const itemsKey = Buffer.from('items');

/**
 * Takes the JSON of a list apart while it comes: each object of the array `items` is parsed by itself, so that a list of any length
 * needs no more memory than its largest object. Whatever follows or precedes `items` is kept until the end, because the API server writes
 * the list's metadata before the items of its own kinds, and after those of custom resources.
 */
export class ListSplitter {
  readonly #mostBytes: number;
  /** The bytes of the item that has begun, and those outside of the items. */
  #item: Buffer[] = [];
  #outside: Buffer[] = [];
  #itemBytes = 0;
  #outsideBytes = 0;
  #depth = 0;
  #inString = false;
  #isEscaped = false;
  #inItems = false;
  /** How much of a text directly below the list is `items` so far; -1: it is another. */
  #matched = -1;

  /** `mostBytes` is the most that one item, or everything outside of the items, may have. */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** Takes the next bytes, and gives the items that end in them, parsed. Throws for malformed JSON in an item, and for one that is too long. */
  push(chunk: Buffer): unknown[] {
    const items: unknown[] = [];
    let from = 0;
    for (let index = 0; index < chunk.length; index += 1) {
      const byte = chunk[index] ?? 0;
      if (this.#inString) {
        this.#readString(byte);
        continue;
      }
      switch (byte) {
        case quote:
          this.#inString = true;
          if (this.#depth === 1) this.#matched = 0;
          break;
        case openBrace:
        case openBracket:
          this.#depth += 1;
          if (this.#inItems && this.#depth === 3) from = index;
          else if (this.#beginsItems(byte)) {
            this.#keepOutside(chunk.subarray(from, index + 1));
            this.#inItems = true;
          }
          break;
        case closeBrace:
        case closeBracket:
          this.#depth -= 1;
          if (!this.#inItems) break;
          if (this.#depth === 2) {
            this.#keepItem(chunk.subarray(from, index + 1));
            items.push(this.#takeItem());
          } else if (this.#depth === 1) {
            this.#inItems = false;
            from = index;
          }
      }
    }
    const rest = chunk.subarray(from);
    if (!this.#inItems) this.#keepOutside(rest);
    else if (this.#depth > 2) this.#keepItem(rest);
    return items;
  }

  /** The list without its items, parsed. Throws where it is not whole. */
  end(): unknown {
    return JSON.parse(Buffer.concat(this.#outside).toString()) as unknown;
  }

  #readString(byte: number): void {
    if (this.#isEscaped) this.#isEscaped = false;
    else if (byte === backslash) this.#isEscaped = true;
    else if (byte === quote) this.#inString = false;
    if (this.#depth === 1 && this.#inString && this.#matched >= 0) {
      this.#matched = byte === itemsKey[this.#matched] ? this.#matched + 1 : -1;
    }
  }

  /** Whether a bracket opens the array of items: the last text directly below the list was their key. */
  #beginsItems(byte: number): boolean {
    return !this.#inItems && byte === openBracket && this.#depth === 2 && this.#matched === itemsKey.length;
  }

  #keepOutside(bytes: Buffer): void {
    this.#outsideBytes += bytes.length;
    if (this.#outsideBytes > this.#mostBytes) throw new Error(tooLong('the list without its items', this.#mostBytes));
    this.#outside.push(bytes);
  }

  #keepItem(bytes: Buffer): void {
    this.#itemBytes += bytes.length;
    if (this.#itemBytes > this.#mostBytes) throw new Error(tooLong('an object of the list', this.#mostBytes));
    this.#item.push(bytes);
  }

  #takeItem(): unknown {
    const [only] = this.#item;
    const bytes = this.#item.length === 1 && only !== undefined ? only : Buffer.concat(this.#item);
    this.#item = [];
    this.#itemBytes = 0;
    return JSON.parse(bytes.toString()) as unknown;
  }
}

function tooLong(what: string, mostBytes: number): string {
  return `${what} is longer than ${mostBytes} bytes`;
}
