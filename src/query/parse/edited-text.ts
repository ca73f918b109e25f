import type { Position } from '../../base/errors/headgate-error.js';
import { fromBytes, toBytes } from './scan-sql.js';

/** Replaces the bytes `start` to `end` (0-based, end excluded) by `text`. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A statement's text after in-place edits, which still knows where each byte was in what the user wrote. */
export class EditedText {
  private constructor(
    /** The text now, one character per byte. */
    readonly bytes: string,
    private readonly original: string,
    private readonly originalOffset: (offset: number) => number,
  ) {}

  static of(text: string): EditedText {
    const bytes = toBytes(text);
    return new EditedText(bytes, bytes, (offset) => offset);
  }

  get text(): string {
    return fromBytes(this.bytes);
  }

  /** Applies edits that do not overlap; several at one place keep their order. Their text is ordinary text, not bytes. */
  edit(edits: readonly Edit[]): EditedText {
    const sorted = [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
    let result = '';
    let at = 0;
    const kept: { readonly from: number; readonly to: number; readonly length: number }[] = [];
    for (const edit of sorted) {
      kept.push({ from: at, to: result.length, length: edit.start - at });
      result += this.bytes.slice(at, edit.start) + toBytes(edit.text);
      at = edit.end;
    }
    kept.push({ from: at, to: result.length, length: this.bytes.length - at });
    result += this.bytes.slice(at);
    return new EditedText(result, this.original, (offset) => {
      const part = kept.findLast((candidate) => candidate.to <= offset) ?? { from: 0, to: 0, length: 0 };
      return this.originalOffset(part.from + Math.min(offset - part.to, part.length));
    });
  }

  /** Line and column, in the user's own text, of a byte of the text as it is now. */
  position(offset: number): Position {
    const before = fromBytes(this.original.slice(0, this.originalOffset(offset)));
    const lines = before.split('\n');
    return { line: lines.length, column: [...(lines.at(-1) ?? '')].length + 1 };
  }
}
