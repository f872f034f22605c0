/** Variables that name the proxies of a machine; programs read them in small letters and in capitals. */
export const PROXY_VARIABLES = ['http_proxy', 'https_proxy', 'no_proxy'] as const;
