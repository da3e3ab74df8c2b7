// Stands in for node:module in the bundled command, which is CommonJS and has `require`: loading it costs 0.4 ms.
export const createRequire = () => require
