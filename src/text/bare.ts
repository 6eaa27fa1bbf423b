/** A text without what may be written in either way: case, spaces, punctuation. Pure. */
export const bare = (text: string): string => text.toLowerCase().replace(/[\p{P}\p{S}\s]/gu, '');
