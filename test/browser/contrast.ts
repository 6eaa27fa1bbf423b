/// <reference lib="dom" />
/** Whether what a page says can be read by those who see little contrast. */
import type { Page } from 'playwright-core';

/** Texts whose contrast with what lies behind them is below 4.5 : 1 (WCAG 2.2, 1.4.3), as `text ratio`. */
export function weakTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const channels = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number);
    const luminance = (color: number[]) => {
      const [r = 0, g = 0, b = 0] = color.slice(0, 3).map((value) => {
        const share = value / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const weak: string[] = [];
    const walker = document.createTreeWalker(document.body, 4);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement;
      const words = node.textContent?.trim();
      if (!element || !words || !element.checkVisibility() || element.closest('.hidden, .skip, noscript, script'))
        continue;
      let behind = element;
      while (channels(getComputedStyle(behind).backgroundColor)[3] === 0 && behind.parentElement)
        behind = behind.parentElement;
      const one = luminance(channels(getComputedStyle(element).color));
      const two = luminance(channels(getComputedStyle(behind).backgroundColor));
      const ratio = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
      if (ratio < 4.5) weak.push(`${words.slice(0, 20)} ${ratio.toFixed(2)}`);
    }
    return weak;
  });
}
