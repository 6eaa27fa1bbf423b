/** Single data files of two dependencies: loading the whole packages costs 70 ms and 30 MB more, for tables that we do not use. */
declare module 'opencc-js/dict/TSCharacters' {
  /** `traditional simplified` pairs joined by `|`; the first form given is the usual one. */
  const pairs: string;
  export default pairs;
}

declare module 'opencc-js/dict/STCharacters' {
  /** `simplified traditional` pairs joined by `|`; the first form given is the usual one. */
  const pairs: string;
  export default pairs;
}

declare module 'pinyin-pro/dist/esm/data/dict1.mjs' {
  /** Character → readings with tone marks joined by spaces, the most frequent one first. */
  const readings: { get(character: string): string | undefined };
  export default readings;
}
