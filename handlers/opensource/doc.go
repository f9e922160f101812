// Package opensource knows what the site is made of that others have written, and
// the calls by which a request reaches it.
//
// What is linked in, and in which version, the program says itself; what a browser
// gets says the record beside it in package public. Notes adds what neither can
// tell: the licence, and what it is used for. The chains of calls are recorded from
// the running program by a test of the program.
package opensource
