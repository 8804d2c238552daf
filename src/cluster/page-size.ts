/** How many objects the first page of a list has at most: their size is not known yet. */
const firstLimit = 20;
/** How many objects a page has at most. Half of client-go's figure: a page is parsed in one piece, and is garbage right after. */
const mostLimit = 250;
/** How many times more objects a page may have than the one before. */
const growth = 4;
/** How many bytes a page is meant to have. */
const aimedBytes = 1024 * 1024;

/**
 * How many objects of a list the next page is asked for: as many as a page of a megabyte holds if they are as large as those of the last page,
 * and never many more than that had. So neither side holds much at a time, whatever the objects are like.
 */
export class PageSize {
  #limit = firstLimit;

  get limit(): number {
    return this.#limit;
  }

  /** Takes what the last page had. */
  measured(items: number, bytes: number): void {
    if (items === 0) return;
    const fitting = Math.floor(aimedBytes / (bytes / items));
    this.#limit = Math.max(1, Math.min(fitting, this.#limit * growth, mostLimit));
  }
}
