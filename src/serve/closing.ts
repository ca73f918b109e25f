/** What was opened, to be closed in the other order. */
export class Closing {
  private readonly ends: (() => void | Promise<void>)[] = [];
  private closing: Promise<void> | undefined;

  add(end: () => void | Promise<void>): void {
    this.ends.push(end);
  }

  /** Closes everything; what fails to close does not keep the rest open. Safe to call twice. Throws the first failure. */
  close(): Promise<void> {
    this.closing ??= this.closeNext();
    return this.closing;
  }

  private async closeNext(): Promise<void> {
    const end = this.ends.pop();
    if (end === undefined) return;
    try {
      await end();
    } finally {
      await this.closeNext();
    }
  }
}
