/** A text as a YAML scalar on one line: plain where it can be, quoted where it would mean something else. */
export function yamlText(text: string): string {
  const isPlain =
    /^[\p{L}\p{N}][\p{L}\p{M}\p{N} _./()–-]*$/u.test(text) &&
    !/\s$/u.test(text) &&
    !/^(?:true|false|null|yes|no|on|off|y|n|~)$/i.test(text) &&
    !/^[\d.,_:+-]*$/.test(text) &&
    !/^(?:0[xo][\da-f]+|\d[\d_.]*e[+-]?\d+|\.?(?:inf|nan))$/i.test(text);
  return isPlain ? text : JSON.stringify(text);
}
