/** Letters of five by seven dots for what a sticker's PNG has to say: numbers of merchants and terminals. */

/** Pixels of a letter with the gap to the next. */
export const LETTER_WIDTH = 6;
export const LETTER_HEIGHT = 7;

const LETTERS = '-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz';
/** Five columns a letter, one byte each, the lowest bit on top. Zero is crossed out, so that it is no O. */
const COLUMNS = Buffer.from(
  [
    '08080808083E5149453E00427F400042615149462141454B311814127F1027454545393C4A494930',
    '01710905033649494936064949291E7E1111117E7F494949363E414141227F4141221C7F49494941',
    '7F090909013E4149497A7F0808087F00417F41002040413F017F081422417F404040407F020C027F',
    '7F0408107F3E4141413E7F090909063E4151215E7F09192946464949493101017F01013F4040403F',
    '1F2040201F3F4038403F631408146307087008076151494543404040404020545454787F48444438',
    '3844444420384444487F3854545418087E0901020C5252523E7F0804047800447D40002040443D00',
    '7F1028440000417F40007C041804787C0804047838444444387C14141408081414187C7C08040408',
    '4854545420043F4440203C4040207C1C2040201C3C4030403C44281028440C5050503C4464544C44',
  ].join(''),
  'hex',
);

/** Calls `dot` for each dot of a text, in pixels from its top left corner; what is no letter here is a gap. */
export function drawText(text: string, dot: (x: number, y: number) => void): void {
  for (const [index, letter] of [...text].entries()) {
    const at = LETTERS.indexOf(letter) * 5;
    if (at < 0) continue;
    for (const [column, bits] of COLUMNS.subarray(at, at + 5).entries())
      for (let y = 0; y < LETTER_HEIGHT; y += 1) if ((bits >> y) & 1) dot(index * LETTER_WIDTH + column, y);
  }
}
