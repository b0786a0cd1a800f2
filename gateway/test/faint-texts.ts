import type { Page } from 'playwright-core';

/** WCAG 2.2, success criterion 1.4.3, for text of the usual size. */
const LEAST_RATIO = 4.5;

/** Runs in the page: each visible text with its ratio of contrast against the first opaque ground beneath it. */
const MEASURE = `(() => {
  const channels = (colour) => {
    const [r, g, b, a = 1] = colour.match(/[\\d.]+/g).map(Number);
    return { rgb: [r, g, b], a };
  };
  const luminance = ({ rgb }) => {
    const [r, g, b] = rgb.map((value) => value / 255).map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = channels(getComputedStyle(at).backgroundColor);
      if (colour.a === 1) return colour;
    }
    return channels('rgb(255, 255, 255)');
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.data.trim();
    if (!text || !element.checkVisibility({ visibilityProperty: true })) continue;
    const colour = channels(getComputedStyle(element).color);
    if (element.tagName === 'TEXTAREA' || element.tagName === 'SCRIPT' || element.tagName === 'STYLE') continue;
    const [light, dark] = [luminance(colour), luminance(ground(element))].sort((a, b) => b - a);
    texts.push({ text: text.slice(0, 40), ratio: (light + 0.05) / (dark + 0.05) });
  }
  return texts;
})()`;

/** Texts of the page that are too faint against their ground, with the ratio. */
export async function faintTexts(page: Page): Promise<string[]> {
  const texts = (await page.evaluate(MEASURE)) as { readonly text: string; readonly ratio: number }[];
  if (texts.length < 20) throw new Error(`expected a page full of text, found ${texts.length} pieces`);
  return texts.filter(({ ratio }) => ratio < LEAST_RATIO).map(({ text, ratio }) => `${text}: ${ratio.toFixed(2)}`);
}
