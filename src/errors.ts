/**
 * Every error this project throws on purpose: a stable code, the layer that failed, the usual reason. docs/errors.md lists
 * them and a test keeps that list complete. Messages never carry message text or secrets.
 */
export type Layer = 'arguments' | 'config' | 'content' | 'dialogue' | 'store' | 'channel' | 'server';

interface ErrorKind {
  layer: Layer;
  /** Placeholders in braces are filled from `subject`. */
  message: string;
  usualReason: string;
}

export const ERROR_KINDS = {
  BAD_ARGUMENTS: {
    layer: 'arguments',
    message: '{what}',
    usualReason: 'a flag or an argument is misspelt; run the command with --help',
  },
  UNREADABLE_FILE: {
    layer: 'arguments',
    message: 'cannot read {file}: {why}',
    usualReason: 'the path is wrong or the file is not readable by this user',
  },
  UNWRITABLE_FILE: {
    layer: 'arguments',
    message: 'cannot write {file}: {why}',
    usualReason: 'the folder does not exist or is not writable by this user',
  },
  BAD_ROWS: {
    layer: 'arguments',
    message: '{file} cannot be measured with: {what}',
    usualReason:
      'it is another file than was meant, or rows lack a text or a known label; docs/understanding.md shows the form',
  },
  BAD_MERCHANTS: {
    layer: 'arguments',
    message: '{file} is not taken as a list of shops: {why}',
    usualReason:
      'it is another file than was meant, or was saved in another form; docs/merchants.zh-CN.md shows the form',
  },
  BAD_CONFIG: {
    layer: 'config',
    message: 'the environment is not usable: {what}',
    usualReason: 'a variable has the wrong form; docs/configuration.md lists them',
  },
  BAD_CONTENT: {
    layer: 'content',
    message: '{count} problem(s) in the content, first: {first}',
    usualReason: 'a YAML file was edited; run `pos-doctor knowledge check`',
  },
  FLOW_STUCK: {
    layer: 'dialogue',
    message: 'flow {flow} found no way on from state {state} with outcome {outcome}',
    usualReason: 'a flow was edited and a transition is missing; run `pos-doctor knowledge check`',
  },
  DATA_TOO_NEW: {
    layer: 'store',
    message: '{file} was written by a newer version (schema {found}, this version knows {known})',
    usualReason: 'the program was downgraded; run the newer version or use another DATA_DIR',
  },
  DATA_LOCKED: {
    layer: 'store',
    message: 'the data folder is in use by process {pid}',
    usualReason: 'another pos-doctor runs on it; stop that one or set another DATA_DIR',
  },
  DATA_CORRUPT: {
    layer: 'store',
    message: '{file} cannot be read: {why}',
    usualReason:
      'the file was edited by hand or the disk failed; a damaged conversation is set aside and reported, store.json is left as it is: put a copy back or use another DATA_DIR',
  },
  STORE_FULL: {
    layer: 'store',
    message: 'the store refused a write: {why}',
    usualReason: 'the disk is full or read-only, or it fails; free some space',
  },
  STORE_REFUSED: {
    layer: 'store',
    message: 'the store does not do what it is asked: {why}',
    usualReason:
      'the database user lacks a right, the tables were changed by hand or restored in part, or the database is a standby; docs/operations.zh-CN.md says what to look at',
  },
  STORE_UNREACHABLE: {
    layer: 'store',
    message: 'the database cannot be had: {why}',
    usualReason:
      'it is down, restarting or overloaded, or its URL is wrong (DATABASE_URL; --from and --to of store copy)',
  },
  COPY_REFUSED: {
    layer: 'store',
    message: 'nothing was copied: {why}',
    usualReason:
      'the target is not empty; name an empty folder or database, or empty it: remove the folder, or DROP SCHEMA pos_doctor CASCADE',
  },
  COPY_UNFINISHED: {
    layer: 'store',
    message: 'what is stored there is a copy that was not finished',
    usualReason:
      'pos-doctor store copy was stopped or failed; run the same command again, or empty the target: remove the folder, or DROP SCHEMA pos_doctor CASCADE',
  },
  COPY_DIFFERS: {
    layer: 'store',
    message: 'the copy is not the same as its source: {what}',
    usualReason:
      'something wrote to one of them meanwhile; stop the services on both and run the same command again, and if the target is in use already leave it as it is',
  },
  QUEUE_FULL: {
    layer: 'store',
    message: 'conversation {conversation} has {count} waiting messages, no more are accepted',
    usualReason: 'one user sends faster than answers can be given',
  },
  STOPPING: {
    layer: 'store',
    message: 'the service is not running: not started yet, or stopping',
    usualReason: 'a message came during start or shutdown; deliver it again',
  },
  SEND_FAILED: {
    layer: 'channel',
    message: 'channel {channel} did not take the reply: {why}',
    usualReason: 'the other side is away; the outbox tries again',
  },
  SEND_LATER: {
    layer: 'channel',
    message: 'channel {channel} has said as much as it may for now',
    usualReason: 'one user or group gets more than the platform lets through; the outbox goes on when there is room',
  },
  SEND_REFUSED: {
    layer: 'channel',
    message: 'channel {channel} will never take this reply: {why}',
    usualReason: 'the receiver is gone or out of reach, or the time in which the platform lets us answer is over',
  },
  WECOM_ERROR: {
    layer: 'channel',
    message: 'WeCom answered {api} with errcode {errcode}: {what}',
    usualReason:
      'docs/deploy-wecom.zh-CN.md lists the codes; `pos-doctor doctor` says what to set in the admin console',
  },
  WECOM_UNREACHABLE: {
    layer: 'channel',
    message: 'WeCom could not be reached for {api}: {why}',
    usualReason: 'the network or a proxy is down, or WECOM_API_BASE is wrong; it is tried again',
  },
  CALLBACK_REFUSED: {
    layer: 'channel',
    message: 'a callback was refused: {why}',
    usualReason:
      'it does not come from WeCom, or Token, EncodingAESKey or corp id differ from those in the admin console',
  },
  UNKNOWN_CONVERSATION: {
    layer: 'store',
    message: 'there is no conversation {conversation}',
    usualReason: 'the id is misspelt or DATA_DIR points elsewhere',
  },
  CONVERSATION_BUSY: {
    layer: 'store',
    message: 'conversation {conversation} is being worked on',
    usualReason: 'a reply is just being sent there; run the command again',
  },
  CONTROL_FAILED: {
    layer: 'server',
    message: 'the running service could not be asked: {why}',
    usualReason: 'it is stopping or of another version; run the command again, or stop the service first',
  },
  PORT_IN_USE: {
    layer: 'server',
    message: 'cannot listen on {host}:{port}: {why}',
    usualReason: 'another program uses the port; set PORT to a free one',
  },
  CANNOT_LISTEN: {
    layer: 'server',
    message: 'cannot listen on {host}:{port}: {why}',
    usualReason: 'HOST is no address of this machine, or the port is one that this user may not open; set HOST or PORT',
  },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof ERROR_KINDS;

/** An error of ours. `subject` fills the message; `cause` keeps what happened below; `retryAfterMs`: not to be tried before. */
export class PosDoctorError extends Error {
  override readonly name = 'PosDoctorError';
  readonly layer: Layer;
  readonly usualReason: string;
  readonly retryAfterMs: number | undefined;

  constructor(
    readonly code: ErrorCode,
    readonly subject: Readonly<Record<string, string | number>> = {},
    options: { cause?: unknown; retryAfterMs?: number } = {},
  ) {
    const kind = ERROR_KINDS[code];
    super(
      kind.message.replace(/\{(\w+)\}/g, (_, key: string) => String(subject[key] ?? '?')),
      options,
    );
    this.layer = kind.layer;
    this.usualReason = kind.usualReason;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** True if `error` is ours and, when a code is given, of that code. */
export function isPosDoctorError(error: unknown, code?: ErrorCode): error is PosDoctorError {
  return error instanceof PosDoctorError && (code === undefined || error.code === code);
}

/** What the store throws that could not do what it was asked, by whose fault it was. */
export const OUTAGES: readonly ErrorCode[] = ['STORE_FULL', 'STORE_REFUSED', 'STORE_UNREACHABLE'];

/** True if the store could not keep what was written: nothing can be accepted until it can again. */
export function isStoreOutage(error: unknown): error is PosDoctorError {
  return isPosDoctorError(error) && OUTAGES.includes(error.code);
}
