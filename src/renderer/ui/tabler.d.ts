// The package has types for its barrel only; one by one, an icon costs itself and not five thousand others.
declare module '@tabler/icons-react/dist/esm/icons/*.mjs' {
  import type { Icon } from '@tabler/icons-react'

  const icon: Icon
  export default icon
}
