// The verdicts, as grounding checkers give them.

export const LABELS = ["contradicted", "unsupported", "abstained", "supported", "unmeasured"];

// A name for CSS; a label of a file that is not one of ours is shown, but not coloured.
export function labelClass(label) {
  return LABELS.includes(label) ? label : "unknown";
}
