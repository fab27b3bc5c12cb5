/**
 * One side of a line that carries JSON-RPC frames as text, whatever the wire: WebSocket, IPC, memory.
 * `peer` says who is at the other end, for the log and for rate limits; never a secret.
 */
export interface FrameConnection {
  readonly peer: string
  send(frame: string): void
  onFrame(listener: (frame: string) => void): () => void
  onClose(listener: () => void): () => void
  close(code?: number, reason?: string): void
}

/** Where connections arrive. `role` is set when whoever opened the wire has already proved who is there. */
export interface Wire {
  onConnection(listener: (connection: FrameConnection, role: 'admin' | null) => void): Disposable
}
