// One page, made wholly in the browser: nothing about anyone is ever part of what the station serves as the app.
export const ssr = false;
export const prerender = false;
