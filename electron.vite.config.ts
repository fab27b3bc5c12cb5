import { resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'

const alias = {
  '@shared': resolve('src/shared'),
  '@main': resolve('src/main'),
  '@renderer': resolve('src/renderer'),
}

// Bundles are built for Node 22, so that the same files run in Electron, in Node 22 and in Node 24.
const target = 'node22'

export default defineConfig({
  main: {
    resolve: { alias },
    build: {
      target,
      externalizeDeps: true,
      chunkSizeWarningLimit: 4000,
      rolldownOptions: {
        input: {
          shell: resolve('src/main/shell/main.ts'),
          cli: resolve('src/main/cli/main.ts'),
          child: resolve('src/main/process/child.ts'),
        },
      },
    },
  },
  preload: {
    resolve: { alias },
    build: {
      // A sandboxed preload is one CommonJS file that may require nothing but electron.
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: resolve('src/preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src/renderer',
    resolve: { alias },
    plugins: [react()],
    // Everything comes from disk or loopback: one file of a megabyte opens faster than ten small ones.
    build: {
      minify: true,
      chunkSizeWarningLimit: 2000,
      rolldownOptions: { input: resolve('src/renderer/index.html') },
    },
  },
})
