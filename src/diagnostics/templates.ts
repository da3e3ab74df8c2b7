// Template expressions that nothing has expanded: of Jinja, of shells, of ERB.

/** `{{ wan_ip }}`, `{% if x %}`, `<%= ip %>`, `${WAN_IP}`, or `$WAN_IP` as the whole value. */
const TEMPLATE = /\{\{.*?\}\}|\{%.*?%\}|<%.*?%>|\$\{\w+\}|^\$[A-Za-z_]\w*$/

export const templateIn = (text: string): string | undefined =>
  /[{<$]/.test(text) ? TEMPLATE.exec(text)?.[0] : undefined
