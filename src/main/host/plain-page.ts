import type { Language, Translate } from '@main/window/sentences'

/** Why the program's page is not shown. Each has its sentences `page.<reason>.title`, `.text` and `.next` in the locales. */
export type PageReason = 'no-link' | 'wrong-link' | 'wrong-host' | 'not-found' | 'method'

/**
 * A page for whom the program does not know: no script, no file of the program, nothing about this machine; it says what
 * happened and what to do.
 */
export function plainPage(reason: PageReason, language: Language, say: Translate): string {
  const text = (part: string) => escapeHtml(say(`page.${reason}.${part}`))
  const steps = text('next')
    .split('\n')
    .map((step) => `<li>${step.replace(/`([^`]+)`/g, '<code>$1</code>')}</li>`)
    .join('')
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text('title')} · Sitewright</title>
<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(mark('#0b4f94', '#101418'))}">
<style>${style}</style>
</head>
<body>
<main>
${mark('var(--mark)', 'var(--text)')}
<h1>${text('title')}</h1>
<p>${text('text')}</p>
<ol>${steps}</ol>
</main>
</body>
</html>
`
}

const mark = (level: string, frame: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="48" height="48" aria-hidden="true"><path style="fill:${level}" d="M8.35 21L11.886 17.464L4.249 9.828L0.713 13.363Z"/><path style="fill:${frame}" d="M12.593 16.757L23.199 6.151L20.017 2.969L17.861 5.125L19.346 6.61L18.426 7.53L16.941 6.045L15.209 7.777L16.694 9.262L15.775 10.181L14.29 8.696L12.557 10.429L14.042 11.914L13.123 12.833L11.638 11.348L9.411 13.575Z"/></svg>`

// The colours of the light and the dark theme; a page that shows no file of the program cannot load its tokens.
const style = `
:root { --bg: #f4f6f8; --surface: #fff; --line: #dbe1e7; --text: #101418; --muted: #3d4852; --mark: #0b4f94; color-scheme: light dark }
@media (prefers-color-scheme: dark) { :root { --bg: #0e1216; --surface: #171d23; --line: #2b353e; --text: #f2f5f7; --muted: #b8c2cc; --mark: #8cc8ff } }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 24px; background: var(--bg); color: var(--text); font: 16px/1.45 Inter, system-ui, sans-serif }
main { max-width: 36rem; padding: 40px; background: var(--surface); border: 1px solid var(--line); border-radius: 8px }
h1 { margin: 20px 0 8px; font-size: 22px; line-height: 1.2; font-weight: 600 }
p { margin: 0 0 20px; color: var(--muted) }
ol { margin: 0; padding-left: 1.25rem }
li { margin-top: 8px }
code { padding: 1px 5px; border: 1px solid var(--line); border-radius: 4px; background: var(--bg); font: 14px/1.4 "JetBrains Mono", ui-monospace, monospace; white-space: nowrap }
`

const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`)
