const scheme = window.matchMedia('(prefers-color-scheme: dark)');
let dark = $state(scheme.matches);
scheme.addEventListener('change', () => (dark = scheme.matches));

/** The value of a token of the theme, for what is not drawn by CSS; another one when the theme changes. */
export function colour(token: `--${string}`): string {
  void dark;
  return getComputedStyle(document.documentElement).getPropertyValue(token).trim();
}
