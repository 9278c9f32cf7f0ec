/**
 * Text that stays text where the editor looks for links: notifications, their progress, and the prompts and
 * messages of input boxes make `[label](command:…)` a link that runs a command. File names and a server's words
 * stand in these sentences.
 */
export function plainText(text: string): string {
  return text.replaceAll('](', '] (');
}

/**
 * Text that stays text where the editor draws `$(name)` as an icon: choices of quick picks, prompts and messages of
 * input boxes, code lenses. Headings, options and names of files could pass for a button or a mark otherwise.
 */
export function withoutIcons(text: string): string {
  return text.replaceAll('$(', '\\$(');
}
