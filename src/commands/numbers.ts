/** Numbers given as flags. */
import { InvalidArgumentError } from 'commander';

/** Parses a flag's value; both bounds are allowed. */
export function wholeNumber(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < low || value > high)
      throw new InvalidArgumentError(`a whole number from ${low} to ${high} is needed.`);
    return value;
  };
}
