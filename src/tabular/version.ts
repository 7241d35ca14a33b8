/** The version of the package, which models say they were trained by; a test holds it to that of the manifest. */
export const version = '0.1.0'
