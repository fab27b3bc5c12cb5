import { contextBridge, ipcRenderer } from 'electron'

/** What the page gets from the desktop program: a line of frames, nothing else. The browser's page uses a WebSocket. */
const bridge = {
  send: (frame: string): void => ipcRenderer.send('rpc', frame),
  onMessage(listener: (frame: string) => void): () => void {
    const forward = (_event: unknown, frame: string) => listener(frame)
    ipcRenderer.on('rpc', forward)
    return () => void ipcRenderer.off('rpc', forward)
  },
}

contextBridge.exposeInMainWorld('edge', bridge)
