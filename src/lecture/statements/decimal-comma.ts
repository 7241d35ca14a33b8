/** A number as Bulgarian writes it, with a decimal comma. */
export const decimalComma = (value: number | string): string => String(value).replace('.', ',')
