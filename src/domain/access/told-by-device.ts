/** An entry that a device handed in with nobody signed in: the log review must not take who is named for who said so (decision 0026). */
export const isToldByDevice = (author: string): boolean => /^D-[2-9A-Z]{4}-[2-9A-Z]{4}$/.test(author);
