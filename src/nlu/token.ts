/** A piece of an utterance that features are made of: a Chinese character, a Latin word or a number. */
export interface Token {
  code: number;
  sound: number;
  cleared: boolean;
  /** Range in the normalised text. */
  start: number;
  end: number;
}
